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

export const sections: readonly Section[] = [
  {
    title: 'Start',
    pages: [
      own('index', 'What it is', 'the library in one page'),
      own(
        'playground',
        'Playground',
        'an editor with live shapes, 20 examples, drawn programs and training in the tab',
      ),
    ],
  },
  {
    title: 'From elsewhere',
    pages: [
      guide('from-pytorch', 'From PyTorch, from JAX', 'each name of PyTorch and JAX with what it is here'),
    ],
  },
  {
    title: 'Guides',
    pages: [
      guide('transformations', 'Transformations', 'gradients, jvp, vmap, scan, substitution, recomputation'),
      guide('engines', 'Engines', 'where programs are computed, what each engine supports, exported models'),
      guide('laws', 'Laws', 'property-based laws of losses, layers and engines'),
      guide('laws-table', 'Table of laws', 'which loss and which layer keeps which law'),
      guide('laws-mutations', 'Planted faults', 'faults that were planted, and the laws that catch them'),
    ],
  },
  {
    title: 'Adapting a CLIP',
    pages: [
      guide('commands', 'Commands', 'the command adclip'),
      guide('data-sets', 'Data sets and tables', 'layouts of data sets, tables of runs, clusters'),
      guide(
        'methods',
        'Methods',
        'methods of adaptation, their settings, where papers and released code differ',
      ),
      guide('results', 'Results', 'measured accuracies'),
      guide('checkpoints', 'Checkpoints', 'which checkpoints of CLIP are read'),
      guide(
        'checkpoint-fields',
        'Fields of configurations',
        'each field of the configurations, and what is done with it',
      ),
    ],
  },
  {
    title: 'Project',
    pages: [
      {
        title: 'Speed, measured',
        path: 'speed-measured',
        from: 'bench/RESULTS.md',
        about: 'times and memory next to other libraries',
      },
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

/** Entry points of the package, each with a page of its own in the reference. */
export const entryPoints: readonly {
  readonly module: string
  readonly folder: string
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
].map((folder) => ({
  folder,
  module: folder === 'dsl' ? 'tensile' : `tensile/${folder}`,
  page: folder === 'dsl' ? 'tensile' : folder.replace('/', '-'),
}))
