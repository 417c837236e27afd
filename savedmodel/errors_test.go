package savedmodel

import (
	"errors"
	"io/fs"
	"math"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/tfexplain/tfexplain-go/tensor"
)

// Every message says what was given, what was expected and what to do.
func TestMessages(t *testing.T) {
	cause := errors.New("INTERNAL: cause")
	for _, c := range []struct {
		err  error
		says string
	}{
		{&FolderError{Path: "m", Err: fs.ErrNotExist}, `savedmodel: there is no folder "m"; give the folder that holds saved_model.pb`},
		{&FolderError{Path: "m.keras", Err: errNotFolder}, `savedmodel: "m.keras" is a file; export it in Python as a SavedModel and give that folder: keras.models.load_model("m.keras").export("folder")`},
		{&FolderError{Path: "m/saved_model.pb", Err: errNotFolder}, `savedmodel: "m/saved_model.pb" is a file; give its folder, "m"`},
		{&FolderError{Path: "frozen.pb", Err: errNotFolder}, `savedmodel: "frozen.pb" is a file; give a folder that holds saved_model.pb; a frozen graph must first be written as one (tf.compat.v1.saved_model.simple_save)`},
		{&FolderError{Path: "m.txt", Err: errNotFolder}, `savedmodel: "m.txt" is a file; give the folder that holds saved_model.pb`},
		{&FolderError{Path: "m", Err: fs.ErrPermission}, `savedmodel: the folder "m" cannot be used: permission denied`},
		{&NoModelError{Dir: "m"}, `savedmodel: "m" has no saved_model.pb; give the folder of a SavedModel (Keras: model.export(folder))`},
		{&NoModelError{Dir: "m", Found: []string{"saved_model.pbtxt"}}, `savedmodel: "m" has no saved_model.pb, but saved_model.pbtxt: the text form is not supported; load the model in Python and save it again with tf.saved_model.save`},
		{&NoModelError{Dir: "m", Found: []string{"saved_model.cpb"}}, `savedmodel: "m" has no saved_model.pb, but saved_model.cpb: the chunked form of graphs beyond 2 GiB is not supported; keep large constants in variables`},
		{&NoModelError{Dir: "m", Found: []string{"1/saved_model.pb"}}, `savedmodel: "m" has no saved_model.pb, but there is 1/saved_model.pb: give that folder`},
		{&NoModelError{Dir: "m", Found: []string{"a.h5", "b.onnx"}}, `savedmodel: "m" has no saved_model.pb, but a.h5, b.onnx, which is another form; export the model as a SavedModel (Keras: model.export(folder))`},
		{&FileError{File: "m/saved_model.pb", Err: errNotRegular}, `savedmodel: m/saved_model.pb cannot be read: it is not a regular file`},
		{&TooLargeError{File: "f", What: "bytes", Given: 12, Limit: 10}, `savedmodel: f has 12 bytes; TensorFlow reads at most 10: keep large constants in variables`},
		{&TooLargeError{File: "f", What: "messages", Given: 12, Limit: 10}, `savedmodel: f holds more than 10 messages; for a graph that is really so large, raise Limits.MaxGraphNodes`},
		{&CorruptError{File: "f", Reason: "the file is empty"}, `savedmodel: f is damaged or no SavedModel: the file is empty; copy or export the model again`},
		{&CorruptError{File: "f", Offset: 7, Message: "NodeDef", Reason: "unexpected EOF"}, `savedmodel: f is damaged or no SavedModel at byte 7 (in a NodeDef): unexpected EOF; copy or export the model again`},
		{&TagError{Dir: "m", Given: []string{"gpu"}, Available: [][]string{{"serve"}, {}}}, `savedmodel: "m" has no graph with the tags {"gpu"}; it has {"serve"}, {}: choose one with Options.Tags`},
		{&VariablesError{Dir: "m", Missing: []string{"variables"}, Variables: []string{"a", "b", "c", "d", "e", "f"}, Err: fs.ErrNotExist}, `savedmodel: the model in "m" restores 6 variables (a, b, c, d, e, ... and 1 more) but "variables" cannot be read (file does not exist); copy the whole folder of the model`},
		{&ShardError{Dir: "m", File: "variables/variables.index", Err: cause}, `savedmodel: the weights in "m" cannot be restored from variables/variables.index, which is damaged or belongs to another model; copy or export the model again: INTERNAL: cause`},
		{&AssetError{Dir: "m", File: "v.txt", Err: fs.ErrNotExist}, `savedmodel: the model in "m" needs the file assets/v.txt (file does not exist); copy the whole folder of the model`},
		{&AssetError{Dir: "m", File: "../v.txt", Err: errNotLocal}, `savedmodel: the model in "m" names the asset "../v.txt", which leads out of its folder; only load models from a source that you trust`},
		{&GraphError{Node: "n", Function: "f", Reason: "two nodes have this name"}, `savedmodel: node n of function f: two nodes have this name; the file is damaged or was changed, export the model again`},
		{&ConstantError{Node: "n", Function: "f", Attr: "value", DType: tensor.Float32, Shape: []int64{1 << 40}, Bytes: 1 << 42, Limit: 100, Reason: "it claims 4398046511104 bytes"}, `savedmodel: node n of function f, attribute value: a constant float32[1099511627776] is refused: it claims 4398046511104 bytes; the file is damaged or was made to do harm; if the constant is really so large, raise Limits.MaxTensorBytes (now 100)`},
		{&ConstantError{Node: "n", Attr: "value", DType: tensor.Int64, Shape: []int64{-3}, Reason: "the size -3 of an axis is negative"}, `savedmodel: node n, attribute value: a constant int64[-3] is refused: the size -3 of an axis is negative; the file is damaged or was made to do harm`},
		{&ShapeError{Where: "node p, attribute shape", Shape: []int64{-2}, Reason: "the size -2 of an axis is negative"}, `savedmodel: node p, attribute shape: the shape [-2] is refused: the size -2 of an axis is negative; the file is damaged, export the model again`},
		{&MissingFunctionError{Root: `signature "s"`, Missing: []MissingFunction{{Name: "g", Node: "call", Op: "PartitionedCall", Function: "f"}, {Name: "h", Node: "if", Op: "If"}}}, `savedmodel: signature "s" needs functions that the graph does not have: g (called by the PartitionedCall node call of function f), h (called by the If node if); the file is damaged, export the model again`},
		{&RecursionError{Cycle: []string{"f", "g", "f"}}, `savedmodel: the function f calls itself: f -> g -> f; TensorFlow cannot run recursive functions, write the recursion as a loop`},
		{&DepthError{Chain: []string{"a", "b", "c"}, Limit: 2}, `savedmodel: functions call each other more than 2 deep (a, b, c); if the model is really so, raise Limits.MaxFunctionDepth`},
		{&ExpansionError{Root: "the init op", Nodes: 12, Limit: 10, Function: "f", FunctionNodes: 11}, `savedmodel: the init op expands to 12 nodes, 11 of them in the function f; the limit is 10: for a model that is really so large, raise Limits.MaxGraphNodes`},
		{&ExpansionError{Root: "the init op", Nodes: math.MaxInt, Limit: 10}, `savedmodel: the init op expands to more than 10^18 nodes; the limit is 10: for a model that is really so large, raise Limits.MaxGraphNodes`},
		{&UnknownOpError{Dir: "m", Ops: []UnknownOp{{"Foo", "a", ""}, {"Bar", "b", "f"}}, Writer: "2.30.0", Library: "lib.so", LibraryVersion: "2.21.0"}, `savedmodel: TensorFlow 2.21.0 (lib.so) does not know 2 of the ops of the model in "m", written by 2.30.0: Foo (node a), Bar (node b of function f); use the TensorFlow version that wrote it or a newer one, or name the library of ops of your own in Options.OpLibraries`},
		{&NewerGraphError{Dir: "m", MinConsumer: 3000, LibraryConsumer: 2474, Writer: "2.30.0", LibraryVersion: "2.21.0", Err: cause}, `savedmodel: the model in "m", written by 2.30.0: its graph needs version 3000 and TensorFlow 2.21.0 reads up to version 2474; use a newer TensorFlow: INTERNAL: cause`},
		{&UnsafeModelError{Dir: "m", Ops: []RefusedOp{{Root: "the init op", Op: "WriteFile", Node: "w", Function: "f", Reason: "it reads or writes files"}}}, `savedmodel: the model in "m" is refused: WriteFile (node w of function f), run by the init op: it reads or writes files; if you trust who made the model, set Options.TrustModel`},
		{&UnsafeModelError{Dir: "m", Ops: []RefusedOp{{Root: "a", Op: "X", Node: "x", Reason: "b"}, {Root: "c", Op: "Y", Node: "y", Reason: "d"}}}, "savedmodel: the model in \"m\" is refused because of 2 nodes:\n  X (node x), run by a: b\n  Y (node y), run by c: d\nif you trust who made the model, set Options.TrustModel"},
		{&OutsideError{Dir: "m", File: "variables/variables.index", Err: errOutside}, `savedmodel: the file variables/variables.index of the model in "m" is refused: it is a link that leads out of the folder; copy the files into one folder, or, if you trust who made the model, set Options.TrustModel`},
		{&LoadError{Dir: "m", Err: cause}, `savedmodel: TensorFlow cannot load "m": INTERNAL: cause`},
		{&OptionError{"IntraOpThreads", "-1", "0 to 5"}, `savedmodel: option IntraOpThreads is -1; it takes 0 to 5`},
		{&DeviceError{Given: "/GPU:0", Available: []string{"/device:CPU:0"}}, `savedmodel: there is no device "/GPU:0"; there are "/device:CPU:0": choose one with Options.Device`},
		{&SignatureError{}, `savedmodel: the model has no signatures; save it with signatures= (tf.saved_model.save) or with Keras' model.export`},
		{&SignatureError{Available: []string{"a", "b"}}, `savedmodel: the model has several signatures and none is called serving_default; name one of "a", "b"`},
		{&SignatureError{Given: "c", Available: []string{"a", "b"}}, `savedmodel: the model has no signature "c"; it has "a", "b"`},
		{&KeyError{Signature: "s", Kind: "input", Given: "q", Available: []string{"x"}}, `savedmodel: signature "s" has no input "q"; its inputs are "x"`},
		{&KeyError{Signature: "s", Kind: "input", Given: "q"}, `savedmodel: signature "s" has no inputs, so none called "q"`},
		{&CompositeError{Signature: "s", Kind: "input", Key: "x", Composite: "sparse", Parts: []string{"v:0", "i:0"}}, `savedmodel: input "x" of signature "s" is a sparse tensor made of "v:0", "i:0"; only dense tensors can be used: save a signature that takes or gives dense ones`},
		{&InputError{Signature: "s", Key: "x", Reason: "it is missing; it takes float32[? 2]"}, `savedmodel: input "x" of signature "s": it is missing; it takes float32[? 2]`},
	} {
		require.EqualError(t, c.err, c.says)
	}
	for _, err := range []error{
		&FolderError{Err: cause}, &FileError{Err: cause}, &VariablesError{Err: cause}, &ShardError{Err: cause},
		&AssetError{Err: cause}, &OutsideError{Err: cause}, &NewerGraphError{Err: cause}, &LoadError{Err: cause},
	} {
		require.ErrorIs(t, err, cause, "%T", err)
	}
}
