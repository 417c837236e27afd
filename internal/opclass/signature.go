package opclass

// signatureOps only compute with tensors and the model's own state.
func signatureOps() []family {
	return []family{
		{what: "conditionals and loops", ops: `
			Case Enter Exit For If LoopCond MapDefun Merge NextIteration RefEnter RefExit RefIdentity RefMerge
			RefNextIteration RefSelect RefSwitch StatelessCase StatelessIf StatelessWhile Switch SymbolicGradient ToBool
			While`},
		{what: "changes of variables while a signature runs", ops: `
			AssignAdd AssignAddVariableOp AssignSub AssignSubVariableOp AssignVariableXlaConcatND CountUpTo
			DestroyTemporaryVariable ReadVariableXlaSplitND ResourceCountUpTo ResourceGather ResourceGatherNd
			ResourceScatterAdd ResourceScatterDiv ResourceScatterMax ResourceScatterMin ResourceScatterMul
			ResourceScatterNdAdd ResourceScatterNdMax ResourceScatterNdMin ResourceScatterNdSub ResourceScatterNdUpdate
			ResourceScatterSub ResourceScatterUpdate ResourceStridedSliceAssign ScatterAdd ScatterDiv ScatterMax ScatterMin
			ScatterMul ScatterNdAdd ScatterNdMax ScatterNdMin ScatterNdSub ScatterNdUpdate ScatterSub ScatterUpdate
			StridedSliceAssign TemporaryVariable`},
		{what: "records and serialized tensors", ops: `
			DecodeCSV DecodeCompressed DecodeJSONExample DecodePaddedRaw DecodeRaw DeserializeManySparse DeserializeSparse
			ParseExample ParseExampleV2 ParseSequenceExample ParseSequenceExampleV2 ParseSingleExample
			ParseSingleSequenceExample ParseTensor SerializeManySparse SerializeSparse SerializeTensor`},
		{what: "sparse and ragged tensors, and sets", ops: `
			AddManySparseToTensorsMap AddSparseToTensorsMap CSRSparseMatrixComponents CSRSparseMatrixToDense
			CSRSparseMatrixToSparseTensor CompositeTensorVariantFromComponents CompositeTensorVariantToComponents
			DenseCountSparseOutput DenseToCSRSparseMatrix DenseToDenseSetOperation DenseToSparseSetOperation RaggedBincount
			RaggedCountSparseOutput RaggedCross RaggedFillEmptyRows RaggedFillEmptyRowsGrad RaggedGather RaggedRange
			RaggedTensorFromVariant RaggedTensorToSparse RaggedTensorToTensor RaggedTensorToVariant
			RaggedTensorToVariantGradient SetSize SparseAdd SparseAddGrad SparseBincount SparseConcat
			SparseCountSparseOutput SparseCross SparseCrossHashed SparseCrossV2 SparseDenseCwiseAdd SparseDenseCwiseDiv
			SparseDenseCwiseMul SparseFillEmptyRows SparseFillEmptyRowsGrad SparseMatMul SparseMatrixAdd SparseMatrixMatMul
			SparseMatrixMul SparseMatrixNNZ SparseMatrixOrderingAMD SparseMatrixSoftmax SparseMatrixSoftmaxGrad
			SparseMatrixSparseCholesky SparseMatrixSparseMatMul SparseMatrixTranspose SparseMatrixZeros SparseReduceMax
			SparseReduceMaxSparse SparseReduceSum SparseReduceSumSparse SparseReorder SparseReshape SparseSegmentMean
			SparseSegmentMeanGrad SparseSegmentMeanGradV2 SparseSegmentMeanWithNumSegments SparseSegmentSqrtN
			SparseSegmentSqrtNGrad SparseSegmentSqrtNGradV2 SparseSegmentSqrtNWithNumSegments SparseSegmentSum
			SparseSegmentSumGrad SparseSegmentSumGradV2 SparseSegmentSumWithNumSegments SparseSlice SparseSliceGrad
			SparseSoftmax SparseSparseMaximum SparseSparseMinimum SparseSplit SparseTensorDenseAdd SparseTensorDenseMatMul
			SparseTensorToCSRSparseMatrix SparseToDense SparseToSparseSetOperation TakeManySparseFromTensorsMap`},
		{what: "lists, stacks and maps of tensors", ops: `
			EmptyTensorList EmptyTensorMap OptionalFromValue OptionalGetValue OptionalHasValue OptionalNone Stack StackClose
			StackCloseV2 StackPop StackPopV2 StackPush StackPushV2 StackV2 TensorArray TensorArrayClose TensorArrayCloseV2
			TensorArrayCloseV3 TensorArrayConcat TensorArrayConcatV2 TensorArrayConcatV3 TensorArrayGather
			TensorArrayGatherV2 TensorArrayGatherV3 TensorArrayGrad TensorArrayGradV2 TensorArrayGradV3
			TensorArrayGradWithShape TensorArrayPack TensorArrayRead TensorArrayReadV2 TensorArrayReadV3 TensorArrayScatter
			TensorArrayScatterV2 TensorArrayScatterV3 TensorArraySize TensorArraySizeV2 TensorArraySizeV3 TensorArraySplit
			TensorArraySplitV2 TensorArraySplitV3 TensorArrayUnpack TensorArrayV2 TensorArrayV3 TensorArrayWrite
			TensorArrayWriteV2 TensorArrayWriteV3 TensorListConcat TensorListConcatLists TensorListConcatV2
			TensorListElementShape TensorListFromTensor TensorListGather TensorListGetItem TensorListLength
			TensorListPopBack TensorListPushBack TensorListPushBackBatch TensorListReserve TensorListResize
			TensorListScatter TensorListScatterIntoExistingList TensorListScatterV2 TensorListSetItem TensorListSplit
			TensorListStack TensorMapErase TensorMapHasKey TensorMapInsert TensorMapLookup TensorMapSize TensorMapStackKeys`},
		{what: "summaries as strings; only their writers touch files", ops: `
			AudioSummary AudioSummaryV2 HistogramSummary ImageSummary MergeSummary ScalarSummary TensorSummary
			TensorSummaryV2`},
	}
}
