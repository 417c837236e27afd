package graphops

// routes says whether relevance follows the gradient of an op.
func routes(op string, kind Kind) bool { return Routes(op) || kind == Extremum || kind == Select }

// Routes says whether a linear op only moves, copies or picks elements. Any other
// is a map with weights.
func Routes(op string) bool {
	switch op {
	case "Identity", "IdentityN", "Snapshot", "CheckNumerics", "EnsureShape", "PlaceholderWithDefault", "StopGradient", "PreventGradient", "Cast",
		"Reshape", "Squeeze", "ExpandDims", "Transpose", "BroadcastTo", "Tile", "Concat", "ConcatV2", "Split", "SplitV", "Pack", "Unpack",
		"Slice", "StridedSlice", "Pad", "PadV2", "MirrorPad", "Gather", "GatherV2", "GatherNd", "Reverse", "ReverseV2", "ReverseSequence", "Roll",
		"SpaceToBatchND", "BatchToSpaceND", "SpaceToBatch", "BatchToSpace", "SpaceToDepth", "DepthToSpace", "Switch", "Merge",
		"DynamicPartition", "DynamicStitch", "ParallelDynamicStitch", "MatrixDiag", "MatrixDiagV2", "MatrixDiagV3", "MatrixDiagPart", "MatrixDiagPartV2",
		"MatrixDiagPartV3", "MatrixBandPart", "Diag", "DiagPart", "CheckNumericsV2", "GuaranteeConst", "Print", "ConjugateTranspose",
		"ExtractImagePatches", "ExtractVolumePatches", "SparseToDense", "RaggedTensorToTensor", "TensorStridedSliceUpdate",
		"MatrixSetDiag", "MatrixSetDiagV2", "MatrixSetDiagV3", "ResizeNearestNeighbor",
		"TensorListFromTensor", "TensorListStack", "TensorListGetItem", "TensorListSetItem", "TensorListPushBack", "TensorListPopBack",
		"TensorListGather", "TensorListScatter", "TensorListScatterV2", "TensorListScatterIntoExistingList", "TensorListConcatV2", "TensorListSplit", "TensorListResize":
		return true
	}
	return false
}
