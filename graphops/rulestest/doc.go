// Package rulestest checks backward rules: the standard ones and anybody's own.
//
// A rule claims to be the derivative of an op. Run takes the op itself as the
// witness: it evaluates the op at points around an input and compares the
// central differences with what the rule's nodes compute. A Case is one use of
// an op; the shapes and attributes of the cases of an op should cover every
// branch of its rule.
//
//	func TestMyRule(t *testing.T) {
//		registry := rules.Standard().With(graphops.Registry{"MyOp": myRule})
//		rulestest.Run(t, registry, []rulestest.Case{
//			{Name: "plain", Op: "MyOp", Inputs: []rulestest.Input{{Shape: []int{rulestest.Rows, 4}}}},
//		}, rulestest.Options{})
//	}
//
// Rules take shortcuts where sizes are known, so every case is built several
// times: with all sizes known, with ranks only, and with no shapes at all; and
// each time with axes, paddings and the like as constants and fed at run time.
// See Knowledge. Beyond the numbers, each build is checked for
//
//   - DeepLIFT's multipliers accounting for the whole difference from another
//     point, by the rule's Multiplier or by what its Kind promises, unless
//     DeepLIFT refuses the op,
//   - the adjoint of each input having the input's shape and dtype,
//   - every shape noted on a node of the backward pass being the shape the
//     node has when it runs,
//   - adjoints being linear in ys,
//   - each input varying alone, nothing being given for those that do not,
//   - no node being added outside the pass's name scope, or in vain.
package rulestest
