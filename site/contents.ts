/** What the site holds: its sections, the pages of each in their order, and what each page is made of. */

/** A page: where it is on the site, and the file of the repository that it shows. */
export interface Page {
  readonly title: string
  /** The path on the site, without an ending. */
  readonly path: string
  /** A Markdown file of the repository. Pages without one are generated. */
  readonly from?: string
  /** What the page is about, for `llms.txt`. */
  readonly about: string
}

/** Pages that belong together. */
export interface Section {
  readonly title: string
  readonly pages: readonly Page[]
}

const own = (path: string, title: string, about: string): Page => ({
  title,
  path,
  from: `site/pages/${path}.md`,
  about,
})

const guide = (path: string, title: string, about: string): Page => ({
  title,
  path,
  from: `docs/${path}.md`,
  about,
})

const generated = (path: string, title: string, about: string): Page => ({ title, path, about })

export const sections: readonly Section[] = [
  {
    title: 'Start',
    pages: [
      own('index', 'What it is', 'the library on one page, with an editor'),
      own(
        'playground',
        'Playground',
        'an editor with live shapes, 20 programs, drawings, and training in the tab',
      ),
      own(
        'adapt',
        'Adapt in this tab',
        'AD-CLIP adapts a small CLIP in the browser, to drawings or images of yours',
      ),
      guide('from-pytorch', 'From PyTorch, from JAX', 'each name of PyTorch and JAX, and what it is here'),
      own('limits', 'Limits, honest', 'what does not work, or was never tried'),
    ],
  },
  {
    title: 'Tutorials',
    pages: [
      own('tutorials/first-program', 'A first program', 'tensors, shapes, text, evaluation'),
      own('tutorials/first-training', 'A first training', 'model, loss, optimizer, batches, run'),
      own(
        'tutorials/loss-and-laws',
        'A loss and its laws',
        'a loss of your own, and laws that find a wrong one',
      ),
      own('tutorials/port-pytorch', 'Port a PyTorch module', 'a module line by line, with its weights'),
      own('tutorials/coop', 'A paper in a day: CoOp', 'prompts that are learned, in 60 lines'),
      own('tutorials/own-engine', 'An engine of your own', 'what an engine is, and how it is tested'),
      own('tutorials/effects', 'Effects', 'procedures as values: failures, crashes, resuming'),
    ],
  },
  {
    title: 'Shapes and programs',
    pages: [
      own('errors', 'Shape errors and fixes', 'common mistakes: code, sentence, fix'),
      generated('errors-all', 'All sentences', 'every mistake that the tests of the types know'),
      guide('transformations', 'Transformations', 'gradients, jvp, vmap, scan, substitution, recomputation'),
      generated(
        'primitives',
        'Primitives, gradients, engines',
        'the closed set, the gradient of each, engines',
      ),
      generated('examples/index', 'Examples', 'programs in one file each, from two moons to diffusion'),
    ],
  },
  {
    title: 'Laws',
    pages: [
      guide('laws', 'Laws', 'property-based laws of losses, layers and engines'),
      guide('laws-table', 'Table of laws', 'which loss and which layer keeps which law'),
      guide('laws-mutations', 'Planted faults', 'faults that were planted, and the laws that catch them'),
    ],
  },
  {
    title: 'Running',
    pages: [
      guide('engines', 'Engines', 'where programs are computed, what each engine supports, exported models'),
      own('speed', 'Speed, on your machine', 'a page that measures engines in the tab; figures of Node'),
      {
        title: 'Speed, measured',
        path: 'speed-measured',
        from: 'bench/RESULTS.md',
        about: 'times and memory next to other libraries',
      },
    ],
  },
  {
    title: 'Adapting a CLIP',
    pages: [
      guide('commands', 'Commands', 'the command adclip'),
      guide('data-sets', 'Data sets and tables', 'layouts of data sets, tables of runs'),
      guide('clusters', 'Clusters', 'studies in parts, on Slurm and Kubernetes, in several processes'),
      guide(
        'methods',
        'Methods',
        'methods of adaptation, their settings, where papers and released code differ',
      ),
      guide('results', 'Results', 'measured accuracies'),
      guide('checkpoints', 'Checkpoints', 'which checkpoints of CLIP are read'),
      guide('checkpoint-fields', 'Fields of configurations', 'each field, and what is done with it'),
    ],
  },
  {
    title: 'Project',
    pages: [
      { title: 'Contributing', path: 'contributing', from: 'CONTRIBUTING.md', about: 'rules of the house' },
      {
        title: 'Security',
        path: 'security',
        from: 'SECURITY.md',
        about: 'what is read from outside, and its limits',
      },
      { title: 'Changes', path: 'changes', from: 'CHANGELOG.md', about: 'what changed' },
    ],
  },
]

/** Entry points with namespaces, whose pages TypeDoc puts into a folder with those of the namespaces. */
const withNamespaces: ReadonlySet<string> = new Set(['dsl', 'effects'])

/** Entry points of the package, each with a page of its own in the reference. */
export const entryPoints: readonly {
  readonly module: string
  readonly folder: string
  /** Its path under `api`, without an ending. */
  readonly page: string
}[] = [
  'dsl',
  'losses',
  'model',
  'optimizers',
  'methods',
  'engines',
  'engines/onnx-web',
  'effects',
  'effects/web',
  'formats',
  'data',
  'training',
  'experiments',
  'report',
  'laws',
  'engine-conformance',
  'engine-suite',
].map((folder) => ({
  folder,
  module: folder === 'dsl' ? 'tensile' : `tensile/${folder}`,
  page: withNamespaces.has(folder) ? `${folder}/index` : folder,
}))
