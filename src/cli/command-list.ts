/**
 * The commands of `adclip`. A command's module, and what it imports, is loaded only where the command is named: the list of
 * all commands, and a mistake in a name, need none of them.
 */
import type { Command } from 'commander'

/** A command: what it is called, what it does, and what adds its arguments, options and action. */
interface ListedCommand {
  readonly name: string
  readonly description: string
  readonly load: () => Promise<(definition: Command) => void>
  /** Whether its options may come from a file. */
  readonly configurable?: true
}

const commands: readonly ListedCommand[] = [
  {
    name: 'demo',
    description: 'adapt a small CLIP, which is part of this package, from one style of drawing to another',
    load: async () => (await import('./commands/demo.js')).defineDemo,
  },
  {
    name: 'demo-clip',
    description: 'make the CLIP of the demo again: draw images in eight styles, pretrain, write it small',
    load: async () => (await import('./commands/demo.js')).defineDemoClip,
  },
  {
    name: 'pretrain',
    description:
      "train a small CLIP of OpenAI's architecture from scratch, with captions made from folder names",
    load: async () => (await import('./commands/pretrain.js')).definePretrain,
    configurable: true,
  },
  {
    name: 'train',
    description: 'adapt a CLIP from a labelled source domain to an unlabelled target domain',
    load: async () => (await import('./commands/train.js')).defineTrain,
    configurable: true,
  },
  {
    name: 'evaluate',
    description:
      'compare the accuracy of a run on its target, or on other images, with zero-shot CLIP: overall, balanced and per class; writes report.html',
    load: async () => (await import('./commands/evaluate.js')).defineEvaluate,
    configurable: true,
  },
  {
    name: 'predict',
    description:
      'classes and probabilities of images, by a run or by an exported model, as CSV or JSON lines',
    load: async () => (await import('./commands/predict.js')).definePredict,
    configurable: true,
  },
  {
    name: 'table',
    description:
      'adapt over all pairs of domains and seeds by several methods, and print the table, with published rows for whole data sets that have them',
    load: async () => (await import('./commands/table.js')).defineTable,
    configurable: true,
  },
  {
    name: 'ablate',
    description:
      'what the terms of the loss, the image tokens, the levels or the remedies (--preset robust) of AD-CLIP are worth',
    load: async () => (await import('./commands/ablate.js')).defineAblate,
    configurable: true,
  },
  {
    name: 'submit',
    description:
      'write a table or an ablation as jobs: adclip submit --on slurm [options] -- table --data ...',
    load: async () => (await import('./commands/submit.js')).defineSubmit,
    configurable: true,
  },
  {
    name: 'status',
    description: 'how far the runs of a study are that was submitted',
    load: async () => (await import('./commands/status.js')).defineStatus,
  },
  {
    name: 'parity',
    description: 'compare AD-CLIP with the numbers of a parity fixture; exit code 0 only if all hold',
    load: async () => (await import('./commands/parity.js')).defineParity,
  },
  {
    name: 'tokenize',
    description: "print the ids of CLIP's tokenizer, without start and end of text",
    load: async () => (await import('./commands/tokenize.js')).defineTokenize,
  },
  {
    name: 'fetch',
    description:
      'download a CLIP from the Hugging Face Hub; an interrupted download continues where it stopped',
    load: async () => (await import('./commands/fetch.js')).defineFetch,
  },
  {
    name: 'inspect',
    description: 'show what a checkpoint holds: the architecture of the CLIP, its parts and its tensors',
    load: async () => (await import('./commands/inspect.js')).defineInspect,
  },
  {
    name: 'convert',
    description:
      'write a CLIP under the names of OpenAI, open_clip or Hugging Face, every number bit for bit',
    load: async () => (await import('./commands/convert.js')).defineConvert,
  },
  {
    name: 'laws',
    description: 'check the laws of every loss and layer on random shapes and values',
    load: async () => (await import('./commands/laws.js')).defineLaws,
  },
  {
    name: 'engines',
    description: 'try every engine on this machine: which work, on what device, how fast, or why not',
    load: async () => (await import('./commands/engines.js')).defineEngines,
  },
  {
    name: 'verify',
    description:
      'does an ONNX file compute the same on every engine and device here? exit code 1 where one differs',
    load: async () => (await import('./commands/verify.js')).defineVerify,
  },
  {
    name: 'cost',
    description: 'parameters and operations of a method on the published CLIPs, counted from its programs',
    load: async () => (await import('./commands/cost.js')).defineCost,
    configurable: true,
  },
  {
    name: 'export',
    description:
      'write the classifier of a run as an ONNX model: pixels in, probabilities of the classes out',
    load: async () => (await import('./commands/export.js')).defineExport,
    configurable: true,
  },
  {
    name: 'report',
    description: 'write report.html of a run that has been evaluated: one file, for any browser',
    load: async () => (await import('./commands/report.js')).defineReport,
  },
  {
    name: 'list',
    description: 'the runs in folders, a line for each: what, method, data, seed, state, accuracy',
    load: async () => (await import('./commands/list.js')).defineList,
  },
  {
    name: 'show',
    description: 'one run in plain words: state, figures, settings, inputs, files',
    load: async () => (await import('./commands/show.js')).defineShow,
  },
  {
    name: 'compare',
    description:
      'one page across runs and studies: accuracies over seeds, curves, the settings that differ, cost',
    load: async () => (await import('./commands/compare.js')).defineCompare,
  },
  {
    name: 'select',
    description:
      'rank evaluated runs on one target without its labels, the best first; then compare the ranking with target accuracy',
    load: async () => (await import('./commands/select.js')).defineSelect,
  },
]

/** The commands whose options may come from a file. */
export const configurableCommands = commands.filter(({ configurable }) => configurable)

/** Adds all commands, those whole that are among the words of a command line. */
export const addCommands = async (cli: Command, words: readonly string[]): Promise<void> => {
  for (const { name, description, load, configurable } of commands) {
    const definition = cli.command(name).description(description)
    if (!words.includes(name)) continue
    ;(await load())(definition)
    if (configurable) (await import('./options/configuration-file.js')).addConfigurationFile(definition)
  }
}
