/**
 * `tensile/experiments`: whole procedures: adapting a CLIP, evaluating, pretraining, tables of many runs, parity, costs,
 * exporting.
 */
export { adaptableClip } from './encoding/adaptable-clip.js'
export type { AdaptableClip, ClipReader } from './encoding/adaptable-clip.js'
export type { PromptTokenizer } from './adaptation/class-prompts.js'
export {
  adaptationConfiguration,
  methodConfiguration,
  readConfiguration,
  withKeptViews,
} from './adaptation/configuration.js'
export type { AdaptationConfiguration, MethodConfiguration } from './adaptation/configuration.js'
export { evaluateAdaptation, evaluateRun, readTrainedRun } from './evaluation/evaluate-run.js'
export type { EvaluatedRun } from './evaluation/evaluate-run.js'
export type { AdaptationEvaluation } from './evaluation/evaluation-file.js'
export type { RunInputs, RunInputOptions } from './adaptation/run-inputs.js'
export { encodedBefore, imageEncoder } from './encoding/image-encoder.js'
export type { EncodedDomain, ImageEncoder } from './encoding/image-encoder.js'
export { readPredictions } from './evaluation/classified-images.js'
export type { ClassifiedImages, Predictions } from './evaluation/classified-images.js'
export { trainAdaptation } from './adaptation/train.js'
export type { RunOptions, TrainedRun } from './adaptation/train.js'
export { costOf } from './cost/cost.js'
export type { Cost, OperationCost, ParameterCost } from './cost/cost.js'
export type { CostSetting } from './cost/cost-programs.js'
export { measureCost } from './cost/measurement.js'
export type { Measured, Measurement } from './cost/measurement.js'
export { accuracy, argMaxRows } from './accuracy.js'
export type { Accuracy } from './accuracy.js'
export { exportRun } from './export/export-run.js'
export type { Exported, ExportOptions } from './export/export-run.js'
export { runParity } from './parity/run-parity.js'
export type { ParityReport } from './parity/run-parity.js'
export { pretrainConfiguration } from './pretraining/configuration.js'
export type { PretrainConfiguration } from './pretraining/configuration.js'
export { pretrainClip, pretrainedPath } from './pretraining/pretrain.js'
export { allPairs } from './study/domain-pair.js'
export type { DomainPair } from './study/domain-pair.js'
export { runStudy } from './study/run-study.js'
export type { Study, StudyOptions } from './study/run-study.js'
export { classTables, pairTable } from './study/study-result.js'
export type { FigureTable } from './study/figure-table.js'
export type { StudyResult } from './study/study-result.js'
export { metrics } from './study/summary.js'
export type { Metric, Spread } from './study/summary.js'
export { ablationVariants, methodVariant } from './study/variant.js'
export type { Variant, VariantsByLevels } from './study/variant.js'
