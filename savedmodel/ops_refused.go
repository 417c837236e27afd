package savedmodel

// refusedOps say what may not run, and why.
func refusedOps() []refusedFamily {
	return []refusedFamily{
		{reason: "it reads or writes files", importing: true, ops: `
			CalibrationStatisticsSaver DecodeProtoV2 EncodeProto FileSystemSetConfiguration FixedLengthRecordReader
			FixedLengthRecordReaderV2 FixedUnigramCandidateSampler IdentityReader IdentityReaderV2 ImmutableConst LMDBReader
			LoadAndRemapMatrix MatchingFiles ReadFile ReaderNumRecordsProduced ReaderNumRecordsProducedV2
			ReaderNumWorkUnitsCompleted ReaderNumWorkUnitsCompletedV2 ReaderRead ReaderReadUpTo ReaderReadUpToV2
			ReaderReadV2 ReaderReset ReaderResetV2 ReaderRestoreState ReaderRestoreStateV2 ReaderSerializeState
			ReaderSerializeStateV2 RecordInput SnapshotDatasetReader SnapshotNestedDatasetReader TFRecordReader
			TFRecordReaderV2 TextLineReader TextLineReaderV2 WholeFileReader WholeFileReaderV2 WriteFile`},
		{reason: "it reads or writes checkpoints", ops: `
			DistributedSave MergeV2Checkpoints Restore RestoreSlice Save SaveSlices SaveV2`},
		{reason: "it runs code that is not in the graph", importing: true, ops: `
			Abort DatasetFromGraph DatasetToGraph DatasetToGraphV2 EagerPyFunc MlirPassthroughOp PyFunc PyFuncStateless
			SyncDevice TfLiteSubgraphExecute XlaCustomCall XlaCustomCallV2 XlaHostCompute XlaLaunch XlaLaunchV2`},
		{reason: "it prints, or writes what it sees to files or the network", importing: true, ops: `
			BoostedTreesExampleDebugOutputs Copy CopyHost DebugGradientIdentity DebugGradientRefIdentity DebugIdentity
			DebugIdentityV2 DebugIdentityV3 DebugNanCount DebugNumericSummary DebugNumericSummaryV2 DumpTensor Print PrintV2`},
		{reason: "it writes event files", ops: `
			CloseSummaryWriter CreateSummaryDbWriter CreateSummaryFileWriter FlushSummaryWriter ImportEvent
			StatsAggregatorHandle StatsAggregatorHandleV2 StatsAggregatorSetSummaryWriter StatsAggregatorSummary
			SummaryWriter WriteAudioSummary WriteGraphSummary WriteHistogramSummary WriteImageSummary WriteRawProtoSummary
			WriteScalarSummary WriteSummary`},
		{reason: "it talks to other processes", prefixes: "Rpc Collective Nccl DTensor DataService", ops: `
			AllToAll CopyToMesh CopyToMeshGrad CrossReplicaSum DeleteRpcFutureResource Recv RegisterDataset
			RegisterDatasetV2 Relayout RelayoutLike RemoteCall Send WorkerHeartbeat XlaAllReduce XlaRecv XlaRecvFromHost
			XlaReduceScatter XlaSend XlaSendToHost`},
		{reason: "it is an input pipeline, which may read files", prefixes: "Experimental", ops: `
			AnonymousIterator AnonymousIteratorV2 AnonymousIteratorV3 AnonymousMemoryCache AnonymousMultiDeviceIterator
			AnonymousMultiDeviceIteratorV3 AnonymousRandomSeedGenerator AnonymousSeedGenerator AssertCardinalityDataset
			AssertNextDataset AssertPrevDataset AutoShardDataset BatchDataset BatchDatasetV2 BytesProducedStatsDataset
			CSVDataset CSVDatasetV2 CacheDataset CacheDatasetV2 ChooseFastestBranchDataset ChooseFastestDataset
			CompressElement ComputeBatchSize ConcatenateDataset DatasetCardinality DatasetFingerprint DatasetToSingleElement
			DatasetToTFRecord DeleteIterator DeleteMemoryCache DeleteMultiDeviceIterator DeleteRandomSeedGenerator
			DeleteSeedGenerator DenseToSparseBatchDataset DeserializeIterator DirectedInterleaveDataset
			DummyIterationCounter DummyMemoryCache DummySeedGenerator FilterByLastComponentDataset FilterDataset
			FinalizeDataset FixedLengthRecordDataset FixedLengthRecordDatasetV2 FlatMapDataset GeneratorDataset
			GetElementAtIndex GetOptions GlobalShuffleDataset GroupByReducerDataset GroupByWindowDataset IgnoreErrorsDataset
			IndexFlatMapDataset InitializeTableFromDataset InterleaveDataset Iterator IteratorFromStringHandle
			IteratorFromStringHandleV2 IteratorGetDevice IteratorGetModelProto IteratorGetNext IteratorGetNextAsOptional
			IteratorGetNextSync IteratorToStringHandle IteratorV2 LMDBDataset LatencyStatsDataset
			LegacyParallelInterleaveDatasetV2 ListDataset ListSnapshotChunksDataset LoadDataset MakeIterator
			MapAndBatchDataset MapDataset MatchingFilesDataset MaxIntraOpParallelismDataset ModelDataset MultiDeviceIterator
			MultiDeviceIteratorFromStringHandle MultiDeviceIteratorGetNextFromShard MultiDeviceIteratorInit
			MultiDeviceIteratorToStringHandle NonSerializableDataset OneShotIterator OptimizeDataset OptimizeDatasetV2
			OptionsDataset PaddedBatchDataset PaddedBatchDatasetV2 ParallelBatchDataset ParallelFilterDataset
			ParallelInterleaveDataset ParallelInterleaveDatasetV2 ParallelInterleaveDatasetV3 ParallelInterleaveDatasetV4
			ParallelMapDataset ParallelMapDatasetV2 ParseExampleDataset ParseExampleDatasetV2 PrefetchDataset
			PrivateThreadPoolDataset RandomDataset RandomDatasetV2 RangeDataset RebatchDataset RebatchDatasetV2
			ReduceDataset RepeatDataset RewriteDataset SamplingDataset SaveDataset SaveDatasetV2 ScanDataset
			SerializeIterator SetStatsAggregatorDataset ShardDataset ShuffleAndRepeatDataset ShuffleAndRepeatDatasetV2
			ShuffleDataset ShuffleDatasetV2 ShuffleDatasetV3 SkipDataset SleepDataset SlidingWindowDataset
			SnapshotChunkDataset SnapshotDataset SnapshotDatasetV2 SparseTensorSliceDataset SqlDataset TFRecordDataset
			TFRecordDatasetV2 TakeDataset TakeWhileDataset TensorDataset TensorSliceDataset TextLineDataset
			ThreadPoolDataset ThreadPoolHandle UnbatchDataset UncompressElement UniqueDataset UnwrapDatasetVariant
			WeightedFlatMapDataset WindowDataset WindowOp WrapDatasetVariant ZipDataset`},
		{reason: "it can wait for ever for another call", ops: `
			AccumulatorApplyGradient AccumulatorNumAccumulated AccumulatorSetGlobalStep AccumulatorTakeGradient Barrier
			BarrierClose BarrierIncompleteSize BarrierInsertMany BarrierReadySize BarrierTakeMany Batch BatchFunction
			ConditionalAccumulator ConsumeMutexLock FIFOQueue FIFOQueueV2 FakeQueue MapClear MapIncompleteSize MapPeek
			MapSize MapStage MapUnstage MapUnstageNoKey MutexLock MutexV2 OrderedMapClear OrderedMapIncompleteSize
			OrderedMapPeek OrderedMapSize OrderedMapStage OrderedMapUnstage OrderedMapUnstageNoKey PaddingFIFOQueue
			PaddingFIFOQueueV2 PriorityQueue PriorityQueueV2 QueueClose QueueCloseV2 QueueDequeue QueueDequeueMany
			QueueDequeueManyV2 QueueDequeueUpTo QueueDequeueUpToV2 QueueDequeueV2 QueueEnqueue QueueEnqueueMany
			QueueEnqueueManyV2 QueueEnqueueV2 QueueIsClosed QueueIsClosedV2 QueueSize QueueSizeV2 RandomShuffleQueue
			RandomShuffleQueueV2 ResourceAccumulatorApplyGradient ResourceAccumulatorNumAccumulated
			ResourceAccumulatorSetGlobalStep ResourceAccumulatorTakeGradient ResourceConditionalAccumulator
			SparseAccumulatorApplyGradient SparseAccumulatorTakeGradient SparseConditionalAccumulator Stage StageClear
			StagePeek StageSize Unbatch UnbatchGrad Unstage`},
		{reason: "it reaches into the session's own state", ops: `
			DeleteSessionTensor GetSessionHandle GetSessionHandleV2 GetSessionTensor`},
		{reason: "it drives TPUs, which are not supported", prefixes: "TPU LoadTPU RetrieveTPU EnqueueTPU DynamicEnqueueTPU XlaSparse Risc", ops: `
			CollateTPUEmbeddingMemory ComputeDedupDataSize ComputeDedupDataSizeV2 ComputeDedupDataTupleMask
			ComputeDedupDataTupleMaskV2 ConfigureAndInitializeGlobalTPU ConfigureDistributedTPU ConfigureTPUEmbedding
			ConfigureTPUEmbeddingHost ConfigureTPUEmbeddingMemory ConnectTPUEmbeddingHosts ConvertToCooTensor
			ConvertToListOfSparseCoreCooTensors ConvertToSparseCoreCsrWrappedCooTensor ExecuteTPUEmbeddingPartitioner
			FinalizeTPUEmbedding FinalizeTPUEmbeddingV2 GetMinibatchSplitsWithPhysicalReplica
			GetMinibatchesInCsrWithPhysicalReplica GetStatsFromListOfSparseCoreCooTensors GetTpuTaskId GlobalIterId
			InfeedDequeue InfeedDequeueTuple InfeedEnqueue InfeedEnqueuePrelinearizedBuffer InfeedEnqueueTuple
			IsTPUEmbeddingInitialized LoadAllTPUEmbeddingParameters MergeDedupData OutfeedDequeue OutfeedDequeueTuple
			OutfeedDequeueTupleV2 OutfeedDequeueV2 OutfeedEnqueue OutfeedEnqueueTuple Prelinearize PrelinearizeTuple
			RecvTPUEmbeddingActivations RetrieveAllTPUEmbeddingParameters SendTPUEmbeddingGradients ShutdownDistributedTPU
			ShutdownTPUSystem SortListOfSparseCoreCooTensors SplitDedupData StoreMinibatchStatisticsInFdo
			TpuHandleToProtoKey UpdateTaskIdAndGlobalCoreArray XlaRecvTPUEmbeddingActivations
			XlaRecvTPUEmbeddingActivationsV2 XlaRecvTPUEmbeddingDeduplicationData XlaRecvTPUEmbeddingDeduplicationDataV2
			XlaSendTPUEmbeddingGradients XlaSendTPUEmbeddingGradientsV2`},
		{reason: "it is one that TensorFlow's runtime makes for itself", prefixes: "_"},
	}
}
