package opclass

// refusedOps say what may not run, and why.
func refusedOps() []refusedFamily {
	return []refusedFamily{
		{
			reason: "it reads or writes files",
			ops: `
				CalibrationStatisticsSaver FileSystemSetConfiguration FixedLengthRecordReader FixedLengthRecordReaderV2
				FixedUnigramCandidateSampler IdentityReader IdentityReaderV2 LMDBReader LoadAndRemapMatrix
				ReaderNumRecordsProducedV2 ReaderNumWorkUnitsCompletedV2 ReaderReadUpToV2 ReaderReadV2 ReaderResetV2
				ReaderRestoreStateV2 ReaderSerializeStateV2 RecordInput TFRecordReader TFRecordReaderV2 TextLineReader
				TextLineReaderV2 WholeFileReader WholeFileReaderV2 WriteFile`,
			importing: `
				DecodeProtoV2 EncodeProto ImmutableConst MatchingFiles ReadFile ReaderNumRecordsProduced
				ReaderNumWorkUnitsCompleted ReaderRead ReaderReadUpTo ReaderReset ReaderRestoreState ReaderSerializeState
				SnapshotDatasetReader SnapshotNestedDatasetReader`,
		},
		{
			reason: "it reads or writes checkpoints",
			ops: `
				DistributedSave MergeV2Checkpoints Restore RestoreSlice Save SaveSlices SaveV2`,
		},
		{
			reason: "it runs code that is not in the graph",
			ops: `
				EagerPyFunc PyFunc SyncDevice XlaHostCompute XlaLaunch`,
			importing: `
				Abort DatasetFromGraph DatasetToGraph DatasetToGraphV2 MlirPassthroughOp PyFuncStateless TfLiteSubgraphExecute
				XlaCustomCall XlaCustomCallV2 XlaLaunchV2`,
		},
		{
			reason: "it prints, or writes what it sees to files or the network",
			ops: `
				BoostedTreesExampleDebugOutputs DebugIdentityV2 DebugIdentityV3 DumpTensor Print PrintV2`,
			importing: `
				Copy CopyHost DebugGradientIdentity DebugGradientRefIdentity DebugIdentity DebugNanCount DebugNumericSummary
				DebugNumericSummaryV2`,
		},
		{
			reason: "it writes event files",
			ops: `
				CloseSummaryWriter CreateSummaryDbWriter CreateSummaryFileWriter FlushSummaryWriter ImportEvent
				StatsAggregatorHandle StatsAggregatorHandleV2 StatsAggregatorSetSummaryWriter StatsAggregatorSummary
				SummaryWriter WriteAudioSummary WriteGraphSummary WriteHistogramSummary WriteImageSummary WriteRawProtoSummary
				WriteScalarSummary WriteSummary`,
		},
		{
			reason:   "it talks to other processes",
			prefixes: "Rpc Collective Nccl DTensor DataService",
			ops: `
				AllToAll CrossReplicaSum DeleteRpcFutureResource Recv RemoteCall Send WorkerHeartbeat XlaRecv XlaRecvFromHost
				XlaSend XlaSendToHost`,
			importing: `
				CopyToMesh CopyToMeshGrad RegisterDataset RegisterDatasetV2 Relayout RelayoutLike XlaAllReduce XlaReduceScatter`,
		},
		{
			reason:   "it is an input pipeline, which may read files",
			prefixes: "Experimental",
			ops: `
				AnonymousIterator AnonymousIteratorV2 AnonymousIteratorV3 AnonymousMemoryCache AnonymousMultiDeviceIterator
				AnonymousMultiDeviceIteratorV3 AnonymousRandomSeedGenerator AnonymousSeedGenerator CSVDataset CSVDatasetV2
				CacheDatasetV2 DatasetToSingleElement DatasetToTFRecord DeleteIterator DeleteMemoryCache
				DeleteMultiDeviceIterator DeleteRandomSeedGenerator DeleteSeedGenerator DeserializeIterator
				DummyIterationCounter DummyMemoryCache DummySeedGenerator FixedLengthRecordDataset FixedLengthRecordDatasetV2
				GeneratorDataset GlobalShuffleDataset GroupByReducerDataset InitializeTableFromDataset Iterator
				IteratorFromStringHandle IteratorFromStringHandleV2 IteratorGetDevice IteratorGetModelProto IteratorGetNext
				IteratorGetNextAsOptional IteratorGetNextSync IteratorToStringHandle IteratorV2 LMDBDataset ListDataset
				ListSnapshotChunksDataset LoadDataset MakeIterator MatchingFilesDataset MultiDeviceIterator
				MultiDeviceIteratorFromStringHandle MultiDeviceIteratorGetNextFromShard MultiDeviceIteratorInit
				MultiDeviceIteratorToStringHandle OneShotIterator RandomDataset RandomDatasetV2 RangeDataset ReduceDataset
				SaveDataset SaveDatasetV2 SerializeIterator SetStatsAggregatorDataset ShuffleAndRepeatDatasetV2 ShuffleDatasetV2
				ShuffleDatasetV3 SparseTensorSliceDataset SqlDataset TFRecordDataset TFRecordDatasetV2 TensorDataset
				TensorSliceDataset TextLineDataset ThreadPoolDataset ThreadPoolHandle`,
			importing: `
				AssertCardinalityDataset AssertNextDataset AssertPrevDataset AutoShardDataset BatchDataset BatchDatasetV2
				BytesProducedStatsDataset CacheDataset ChooseFastestBranchDataset ChooseFastestDataset CompressElement
				ComputeBatchSize ConcatenateDataset DatasetCardinality DatasetFingerprint DenseToSparseBatchDataset
				DirectedInterleaveDataset FilterByLastComponentDataset FilterDataset FinalizeDataset FlatMapDataset
				GetElementAtIndex GetOptions GroupByWindowDataset IgnoreErrorsDataset IndexFlatMapDataset InterleaveDataset
				LatencyStatsDataset LegacyParallelInterleaveDatasetV2 MapAndBatchDataset MapDataset MaxIntraOpParallelismDataset
				ModelDataset NonSerializableDataset OptimizeDataset OptimizeDatasetV2 OptionsDataset PaddedBatchDataset
				PaddedBatchDatasetV2 ParallelBatchDataset ParallelFilterDataset ParallelInterleaveDataset
				ParallelInterleaveDatasetV2 ParallelInterleaveDatasetV3 ParallelInterleaveDatasetV4 ParallelMapDataset
				ParallelMapDatasetV2 ParseExampleDataset ParseExampleDatasetV2 PrefetchDataset PrivateThreadPoolDataset
				RebatchDataset RebatchDatasetV2 RepeatDataset RewriteDataset SamplingDataset ScanDataset ShardDataset
				ShuffleAndRepeatDataset ShuffleDataset SkipDataset SleepDataset SlidingWindowDataset SnapshotChunkDataset
				SnapshotDataset SnapshotDatasetV2 TakeDataset TakeWhileDataset UnbatchDataset UncompressElement UniqueDataset
				UnwrapDatasetVariant WeightedFlatMapDataset WindowDataset WindowOp WrapDatasetVariant ZipDataset`,
		},
		{
			reason: "it can wait for ever for another call",
			ops: `
				Barrier ConditionalAccumulator ConsumeMutexLock FIFOQueue FIFOQueueV2 FakeQueue MapClear MapIncompleteSize
				MapPeek MapSize MapStage MapUnstage MapUnstageNoKey MutexLock MutexV2 OrderedMapClear OrderedMapIncompleteSize
				OrderedMapPeek OrderedMapSize OrderedMapStage OrderedMapUnstage OrderedMapUnstageNoKey PaddingFIFOQueue
				PaddingFIFOQueueV2 PriorityQueue PriorityQueueV2 QueueCloseV2 QueueDequeueManyV2 QueueDequeueUpToV2
				QueueDequeueV2 QueueEnqueueManyV2 QueueEnqueueV2 QueueIsClosedV2 QueueSizeV2 RandomShuffleQueue
				RandomShuffleQueueV2 ResourceAccumulatorApplyGradient ResourceAccumulatorNumAccumulated
				ResourceAccumulatorSetGlobalStep ResourceAccumulatorTakeGradient ResourceConditionalAccumulator
				SparseConditionalAccumulator Stage StageClear StagePeek StageSize Unstage`,
			importing: `
				AccumulatorApplyGradient AccumulatorNumAccumulated AccumulatorSetGlobalStep AccumulatorTakeGradient BarrierClose
				BarrierIncompleteSize BarrierInsertMany BarrierReadySize BarrierTakeMany Batch BatchFunction QueueClose
				QueueDequeue QueueDequeueMany QueueDequeueUpTo QueueEnqueue QueueEnqueueMany QueueIsClosed QueueSize
				SparseAccumulatorApplyGradient SparseAccumulatorTakeGradient Unbatch UnbatchGrad`,
		},
		{
			reason: "it reaches into the session's own state",
			ops: `
				DeleteSessionTensor GetSessionHandle GetSessionHandleV2 GetSessionTensor`,
		},
		{
			reason:   "it drives TPUs, which are not supported",
			prefixes: "TPU LoadTPU RetrieveTPU EnqueueTPU DynamicEnqueueTPU XlaSparse Risc",
			ops: `
				CollateTPUEmbeddingMemory ComputeDedupDataSize ComputeDedupDataSizeV2 ComputeDedupDataTupleMask
				ComputeDedupDataTupleMaskV2 ConfigureAndInitializeGlobalTPU ConfigureDistributedTPU ConfigureTPUEmbedding
				ConfigureTPUEmbeddingHost ConfigureTPUEmbeddingMemory ConnectTPUEmbeddingHosts ConvertToCooTensor
				ExecuteTPUEmbeddingPartitioner FinalizeTPUEmbedding FinalizeTPUEmbeddingV2 GetMinibatchSplitsWithPhysicalReplica
				GetMinibatchesInCsrWithPhysicalReplica GlobalIterId InfeedDequeue InfeedDequeueTuple InfeedEnqueue
				InfeedEnqueueTuple IsTPUEmbeddingInitialized LoadAllTPUEmbeddingParameters OutfeedDequeue OutfeedDequeueTuple
				OutfeedDequeueTupleV2 OutfeedDequeueV2 OutfeedEnqueue OutfeedEnqueueTuple RecvTPUEmbeddingActivations
				RetrieveAllTPUEmbeddingParameters SendTPUEmbeddingGradients ShutdownDistributedTPU ShutdownTPUSystem
				StoreMinibatchStatisticsInFdo UpdateTaskIdAndGlobalCoreArray XlaRecvTPUEmbeddingActivations
				XlaRecvTPUEmbeddingActivationsV2 XlaRecvTPUEmbeddingDeduplicationData XlaRecvTPUEmbeddingDeduplicationDataV2
				XlaSendTPUEmbeddingGradients XlaSendTPUEmbeddingGradientsV2`,
			importing: `
				ConvertToListOfSparseCoreCooTensors ConvertToSparseCoreCsrWrappedCooTensor
				GetStatsFromListOfSparseCoreCooTensors GetTpuTaskId InfeedEnqueuePrelinearizedBuffer MergeDedupData Prelinearize
				PrelinearizeTuple SortListOfSparseCoreCooTensors SplitDedupData TpuHandleToProtoKey`,
		},
		{
			reason:   "it is one that TensorFlow's runtime makes for itself",
			prefixes: "_",
		},
	}
}
