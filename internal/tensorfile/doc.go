// Package tensorfile reads tensors from files and writes them to files.
//
// What a file holds and what a model's input wants are rarely the same thing:
// a digit is an 8-bit picture of 28 by 28 pixels, the input a float32 of shape
// [-1 28 28 1]. Read takes the wish as a Spec and makes the one out of the
// other where there is only one way to do it; where there is none, or more
// than one, it says so in an *Error instead of guessing.
//
//	t, err := tensorfile.Read("seven.png", tensorfile.Spec{
//		DType: tensor.Float32, Shape: []int{-1, 28, 28, 1}})
//
// The suffix of the name says what a file is, and the content must agree:
//
//	.npy         numpy array, versions 1 to 3, either byte order, C or Fortran order
//	.npz         zip of numpy arrays, stored or deflated
//	.json        nested lists, or an object of them
//	.csv         one row a line, with or without a line of column names
//	.png .jpg .jpeg  one picture is one row
//
// Files are not trusted: every size a file claims is held against the bytes
// that are there and against Limits before memory is taken for it.
//
// npy and npz are read and written here rather than by a module: the format is
// small, and the module at hand (npyio 0.14) takes memory for a header of up to
// 4 GiB before it looks at the file, panics on damaged headers, and knows
// neither version 3 nor Fortran order beyond two axes.
package tensorfile
