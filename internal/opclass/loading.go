package opclass

// loadingOps only compute, and may run while a model is loaded too: initializers
// are made of them. None of them can run for ever.
func loadingOps() []family {
	return []family{
		{what: "constants, inputs and what passes a tensor on", ops: `
			Assert CheckNumerics CheckNumericsV2 CheckPinned Const ControlTrigger DeepCopy DeviceIndex DisableCopyOnRead
			EnsureShape Fact FakeParam GuaranteeConst HostConst Identity IdentityN NoOp Placeholder PlaceholderV2
			PlaceholderWithDefault PreventGradient Snapshot StopGradient Timestamp`},
		{what: "functions; what they call is looked at too", ops: `
			PartitionedCall StatefulPartitionedCall`},
		{what: "the shape and place of elements", ops: `
			ApproxTopK ArgMax ArgMin BatchMatrixBandPart BatchMatrixDiag BatchMatrixDiagPart BatchMatrixSetDiag BatchToSpace
			BatchToSpaceND Bincount Bitcast BroadcastArgs BroadcastGradientArgs BroadcastTo Bucketize Cast Concat
			ConcatOffset ConcatV2 ConjugateTranspose DataFormatDimMap DataFormatVecPermute DenseBincount DepthToSpace Diag
			DiagPart DynamicPartition DynamicStitch Empty ExpandDims Fill Gather GatherNd GatherV2 HistogramFixedWidth
			InTopK InTopKV2 InplaceAdd InplaceSub InplaceUpdate InvertPermutation KthOrderStatistic LinSpace ListDiff
			LowerBound MakeUnique MatrixBandPart MatrixDiag MatrixDiagPart MatrixDiagPartV2 MatrixDiagPartV3 MatrixDiagV2
			MatrixDiagV3 MatrixSetDiag MatrixSetDiagV2 MatrixSetDiagV3 MirrorPad MirrorPadGrad NthElement OneHot OnesLike
			Pack Pad PadV2 ParallelConcat ParallelDynamicStitch Range Rank Reshape Reverse ReverseSequence ReverseV2 Roll
			ScatterNd ScatterNdNonAliasingAdd Shape ShapeN Size Slice SpaceToBatch SpaceToBatchND SpaceToDepth Split SplitV
			Squeeze StridedSlice StridedSliceGrad TensorScatterAdd TensorScatterMax TensorScatterMin TensorScatterSub
			TensorScatterUpdate TensorStridedSliceUpdate Tile TileGrad TopK TopKUnique TopKV2 TopKWithUnique Transpose
			Unique UniqueV2 UniqueWithCounts UniqueWithCountsV2 Unpack UnravelIndex UpperBound Where ZerosLike`},
		{what: "arithmetic, element by element or over axes", ops: `
			Abs AccumulateNV2 Acos Acosh Add AddN AddV2 All Angle Any ApproximateEqual Asin Asinh Atan Atan2 Atanh BesselI0
			BesselI0e BesselI1 BesselI1e BesselJ0 BesselJ1 BesselK0 BesselK0e BesselK1 BesselK1e BesselY0 BesselY1 Betainc
			BitwiseAnd BitwiseOr BitwiseXor Ceil ClipByValue Complex ComplexAbs Conj Cos Cosh Cross Cumprod Cumsum
			CumulativeLogsumexp Dawsn Digamma Div DivNoNan Equal Erf Erfc Erfinv EuclideanNorm Exp Expint Expm1 Floor
			FloorDiv FloorMod FresnelCos FresnelSin Greater GreaterEqual Igamma IgammaGradA Igammac Imag Inv InvGrad Invert
			IsFinite IsInf IsNan IsotonicRegression L2Loss LeftShift Less LessEqual Lgamma Log Log1p LogicalAnd LogicalNot
			LogicalOr Max Maximum Mean Min Minimum Mod Mul MulNoNan Ndtri Neg NextAfter NotEqual Polygamma PopulationCount
			Pow Prod Real RealDiv Reciprocal ReciprocalGrad RightShift Rint Round Rsqrt RsqrtGrad SegmentMax SegmentMaxV2
			SegmentMean SegmentMin SegmentMinV2 SegmentProd SegmentProdV2 SegmentSum SegmentSumV2 Select SelectV2 Sigmoid
			SigmoidGrad Sign Sin Sinh Spence Sqrt SqrtGrad Square SquaredDifference StochasticCastToInt Sub Sum Tan Tanh
			TanhGrad TruncateDiv TruncateMod UnsortedSegmentJoin UnsortedSegmentMax UnsortedSegmentMin UnsortedSegmentProd
			UnsortedSegmentSum Xdivy Xlog1py Xlogy Zeta`},
		{what: "random numbers", ops: `
			Multinomial NonDeterministicInts ParameterizedTruncatedNormal RandomCrop RandomGamma RandomGammaGrad
			RandomIndexShuffle RandomPoisson RandomPoissonV2 RandomShuffle RandomStandardNormal RandomUniform
			RandomUniformInt RngReadAndSkip RngSkip SobolSample StatefulRandomBinomial StatefulStandardNormal
			StatefulStandardNormalV2 StatefulTruncatedNormal StatefulUniform StatefulUniformFullInt StatefulUniformInt
			StatelessMultinomial StatelessParameterizedTruncatedNormal StatelessRandomBinomial StatelessRandomGammaV2
			StatelessRandomGammaV3 StatelessRandomGetAlg StatelessRandomGetKeyCounter StatelessRandomGetKeyCounterAlg
			StatelessRandomNormal StatelessRandomNormalV2 StatelessRandomPoisson StatelessRandomUniform
			StatelessRandomUniformFullInt StatelessRandomUniformFullIntV2 StatelessRandomUniformInt
			StatelessRandomUniformIntV2 StatelessRandomUniformV2 StatelessSampleDistortedBoundingBox StatelessShuffle
			StatelessTruncatedNormal StatelessTruncatedNormalV2 TruncatedNormal`},
		{what: "strings, numbers in text, and Unicode", ops: `
			AsString DecodeBase64 EditDistance EncodeBase64 Fingerprint ReduceJoin RegexFullMatch RegexReplace
			ShardedFilename ShardedFilespec StaticRegexFullMatch StaticRegexReplace StringFormat StringJoin StringLength
			StringLower StringNGrams StringSplit StringSplitV2 StringStrip StringToHashBucket StringToHashBucketFast
			StringToHashBucketStrong StringToNumber StringUpper Substr UnicodeDecode UnicodeDecodeWithOffsets UnicodeEncode
			UnicodeScript UnicodeTranscode`},
		{what: "variables: how they are made, set and read", ops: `
			Assign AssignVariableOp DestroyResourceOp IsVariableInitialized ReadVariableOp VarHandleOp VarIsInitializedOp
			Variable VariableShape VariableV2`},
		{what: "lookup tables, and how they are filled from tensors", ops: `
			AnonymousHashTable AnonymousMutableDenseHashTable AnonymousMutableHashTable AnonymousMutableHashTableOfTensors
			HashTable HashTableV2 InitializeTable InitializeTableV2 LookupTableExport LookupTableExportV2 LookupTableFind
			LookupTableFindV2 LookupTableImport LookupTableImportV2 LookupTableInsert LookupTableInsertV2
			LookupTableRemoveV2 LookupTableSize LookupTableSizeV2 MutableDenseHashTable MutableDenseHashTableV2
			MutableHashTable MutableHashTableOfTensors MutableHashTableOfTensorsV2 MutableHashTableV2`},
	}
}
