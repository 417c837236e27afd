// Package savedmodel loads TensorFlow SavedModels: what Keras 3 `export`,
// tf_keras `save`, tf.saved_model.save and TensorFlow 1 builders write.
//
// A SavedModel is a folder. saved_model.pb holds the graph, the functions it
// calls and the signatures (named sets of input and output tensors);
// variables/ holds the weights; assets/ the files that lookup tables read.
// Loading one runs code from it: the restore op and the init op run before
// anybody can look, and some graphs bring TensorFlow down (a function that
// calls itself, a constant that claims more memory than there is). So the
// work is done in two steps:
//
//   - Read parses saved_model.pb without TensorFlow and checks it: sizes,
//     shapes, function calls, signatures. Its result lists the signatures.
//   - Load does the same, then checks the files of the variables and assets,
//     the version of the graph and its ops against the TensorFlow library
//     found, and only then lets TensorFlow load the model.
//
// This catches damage, the forgeries known to abort TensorFlow while it imports a
// graph, and models whose ops do more than compute, such as read and write files
// (Options.TrustModel loads those, too). It is no sandbox: ops may have bugs of their
// own. docs/security.md says what is refused.
//
// Everything that can be wrong has its own error type whose fields hold the
// facts, for use with errors.As. An error of TensorFlow itself is kept in the
// chain with its code.
//
// Attach takes a model that the application has loaded itself, with another Go
// binding, and checks that the folder is the one it came from; packages
// graftmodel and tfgomodel do so for graft and tfgo.
//
// The first model that a process loads decides which kernels TensorFlow uses on a
// CPU: with convolutions or attention those of oneDNN, which are much faster there,
// unless TF_ENABLE_ONEDNN_OPTS is set; otherwise TensorFlow's own choice. Switched on,
// TensorFlow 2.21 says so in two lines on stderr that its log level does not
// silence. Model.Kernels tells what is used.
//
// A Model runs its own nodes with Predict; package tfexplain adds explanation
// nodes to it. A model is safe for concurrent use, and Close waits for calls
// that are on their way. Methods whose comments say so are for package tfexplain:
// their types belong to internal packages of this module.
package savedmodel
