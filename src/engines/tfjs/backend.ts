/** The backends of TensorFlow.js: the packages that each needs, and notes for people who install it. */

/** A backend of TensorFlow.js. */
export type Backend = 'cpu' | 'wasm' | 'webgpu' | 'node' | 'node-gpu'

interface BackendFacts {
  /** The name under which TensorFlow.js registers it. */
  readonly registered: string
  /** The packages to import, in this order. */
  readonly packages: readonly string[]
  /** A note for people who install it. */
  readonly known: string
  /** Why it cannot work on this major version of Node; undefined if it can. */
  readonly refuses: (nodeMajor: number) => string | undefined
}

/** The package that all backends share. */
export const core = '@tensorflow/tfjs-core'
const anyNode = (): undefined => undefined
const upToNode22 = (nodeMajor: number): string | undefined =>
  nodeMajor < 23 ? undefined : `it does not start on Node ${nodeMajor}: it calls what Node 23 removed`

export const backends: { readonly [B in Backend]: BackendFacts } = {
  cpu: {
    registered: 'cpu',
    packages: [core, '@tensorflow/tfjs-backend-cpu'],
    known: 'plain JavaScript: runs everywhere, slowly',
    refuses: anyNode,
  },
  wasm: {
    registered: 'wasm',
    packages: [core, '@tensorflow/tfjs-backend-wasm'],
    known: 'one thread in Node',
    refuses: anyNode,
  },
  webgpu: {
    registered: 'webgpu',
    packages: ['webgpu', core, '@tensorflow/tfjs-backend-webgpu'],
    known: 'on Linux it needs a Vulkan driver',
    refuses: anyNode,
  },
  node: {
    registered: 'tensorflow',
    packages: [core, '@tensorflow/tfjs-node'],
    known:
      'Node 22 at most; it comes with an old libtensorflow, or none: scripts/tfjs-node-from-wheel.sh builds it with one of PyPI',
    refuses: upToNode22,
  },
  'node-gpu': {
    registered: 'tensorflow',
    packages: [core, '@tensorflow/tfjs-node-gpu'],
    known:
      'Node 22 at most; it comes with libtensorflow for CUDA 11.2, or none: scripts/tfjs-node-from-wheel.sh builds it for CUDA 12',
    refuses: upToNode22,
  },
}

/** The command that installs a backend. */
export const installCommand = (backend: Backend): string =>
  `npm install ${backends[backend].packages.join(' ')}`
