// Command tfexplain explains what a TensorFlow SavedModel answered: which
// inputs spoke for it, and which against it.
//
//	tfexplain explain --model DIR --target logits --method 'grad*input' \
//	    --class argmax --input 'image=*.png' --out result.npz sheet.png
//
// evaluate says how good the attributions of methods are. inspect lists a model's
// signatures and which methods work for each output, or, for one method, what
// it does at every op on the way; methods lists the methods; doctor
// says where TensorFlow was found; bench measures; completion and man print what
// a shell and man(1) want. Every command has --help
// with examples.
//
// The exit code is 0 when all went well, 1 when something failed, 2 for wrong
// usage, and 3 when the model has ops that the method refuses to pass through.
package main
