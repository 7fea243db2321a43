import { describe, expect, it } from 'vitest'
import type { Failure } from '../../src/effects/failure.js'
import { explain } from '../../src/effects/explain.js'
import { similarNames } from '../../src/engines/similar-names.js'

/** One failure of each kind; a kind that is left out does not compile. */
const examples: { readonly [Tag in Failure['tag']]: Extract<Failure, { readonly tag: Tag }> } = {
  FileMissing: { tag: 'FileMissing', path: 'a/clip.safetensors', kind: 'file' },
  FileRefused: { tag: 'FileRefused', path: 'a', action: 'write', reason: 'ENOSPC: no space left on device' },
  FolderInUse: { tag: 'FolderInUse', path: 'run', pid: 42, host: 'desk', lock: 'run/run.lock' },
  FileTooShort: { tag: 'FileTooShort', path: 'a', size: 10, wanted: 20 },
  FileUnsupported: {
    tag: 'FileUnsupported',
    path: 'ViT-B-16.pt',
    found: "an archive of PyTorch's",
    advice: 'save its weights as safetensors',
  },
  CheckpointMisfit: {
    tag: 'CheckpointMisfit',
    path: 'a',
    model: "a CLIP under OpenAI's names",
    missing: Array.from({ length: 10 }, (_, i) => `transformer.resblocks.${i}.ln_1.bias`),
    unexpected: ['visual.head'],
    misshapen: [{ name: 'visual.proj', expected: '[768, 512]', found: '[512, 768]' }],
  },
  HubUnreachable: { tag: 'HubUnreachable', hub: 'https://hub', reason: 'getaddrinfo ENOTFOUND hub' },
  HubRefused: { tag: 'HubRefused', hub: 'https://hub', asked: 'openai/clip', reason: 'Repository not found' },
  HashMismatch: { tag: 'HashMismatch', path: 'a', expected: 'sha256 12', found: 'sha256 34' },
  FileBroken: { tag: 'FileBroken', path: 'a', format: 'safetensors', problem: 'its header is not JSON' },
  OutputTaken: {
    tag: 'OutputTaken',
    path: 'runs/a',
    wanted: 'folder',
    found: 'it holds an unfinished adaptation run',
    ways: ['resume', 'overwrite'],
  },
  RunMissing: {
    tag: 'RunMissing',
    directory: 'runs/a',
    wanted: 'adaptation run',
    found: 'it is empty',
    wantedTo: 'resume',
  },
  DecodeFailed: { tag: 'DecodeFailed', path: 'run.json', problems: ['seed is not a number', 'no epochs'] },
  ImageBroken: { tag: 'ImageBroken', path: 'a.jpg', reason: 'unsupported image format' },
  BadImages: {
    tag: 'BadImages',
    root: 'data',
    images: [
      { path: 'data/a/x/1.jpg', problem: 'cannot decode the image: premature end' },
      { path: 'data/a/x/2.jpg', problem: 'no such file' },
    ],
  },
  TensorMissing: { tag: 'TensorMissing', name: 'visual.proj', where: 'a', similar: ['visual.projection'] },
  TensorUnexpected: { tag: 'TensorUnexpected', name: 'x', where: 'inputs' },
  ShapeMismatch: { tag: 'ShapeMismatch', name: 'w', where: 'a', expected: 'f32[3, 4]', found: 'f32[4, 3]' },
  SizeConflict: {
    tag: 'SizeConflict',
    symbol: 'B',
    first: { size: 4, where: "input 'source'" },
    second: { size: 5, where: "input 'target'" },
  },
  ProgramRejected: {
    tag: 'ProgramRejected',
    where: 'training step',
    fault: {
      tag: 'ShapeFault',
      op: 'matmul',
      message: 'matmul: inner dims 2 and 3 differ',
      shapes: [
        [1, 2],
        [3, 1],
      ],
    },
  },
  EngineFailed: {
    tag: 'EngineFailed',
    engine: 'onnx',
    stage: 'load',
    reason: 'cannot find module',
    advice: 'npm install onnxruntime-node',
  },
  NotFinite: {
    tag: 'NotFinite',
    quantity: "tensor 'visual.proj'",
    where: 'clip.safetensors',
    value: NaN,
    place: [3, 5],
    advice: 'fetch it again',
  },
  Diverged: { tag: 'Diverged', quantity: 'loss', step: 12, value: NaN },
  InvalidSetting: {
    tag: 'InvalidSetting',
    field: 'data',
    at: 'pacs',
    problem: "both 'Art' and 'art' are named like domain art",
    advice: 'rename or remove one of them',
    instead: { field: 'layout', value: 'folder' },
  },
  RunIncomplete: { tag: 'RunIncomplete', directory: 'run', lacks: 'evaluation' },
  MemoryTooSmall: {
    tag: 'MemoryTooSmall',
    what: 'a training step, image by image,',
    needed: 3 * 2 ** 30,
    given: 2 ** 30,
  },
  Interrupted: { tag: 'Interrupted', by: 'signal' },
}

describe('a failure is explained in two lines: where and what, then what to do', () => {
  it.each(Object.values(examples))('$tag', (failure) => {
    expect(explain(failure)).toMatch(/^[^\n]+: [^\n]+\n {2}→ [^\n]+$/)
  })

  it('names the field, another setting that helps, and what that is for', () => {
    expect(
      explain({
        tag: 'InvalidSetting',
        field: 'directory',
        problem: 'there is a finished run in it',
        advice: 'choose another directory',
        instead: { field: 'start', value: 'resume', purpose: 'to read this run back' },
      }),
    ).toBe(
      'directory: there is a finished run in it\n' +
        '  → choose another directory; to read this run back, set start to resume',
    )
    expect(explain({ tag: 'RunIncomplete', directory: 'run', lacks: 'classes' })).toBe(
      'run: the run was trained by a version that did not write down its classes\n' +
        '  → train it again and resume it, which writes them down',
    )
  })

  it('states every fact of the failure', () => {
    expect(Object.values(examples).map(explain).join('\n')).toMatchInlineSnapshot(`
      "a/clip.safetensors: no such file
        → check the path
      a: cannot write: ENOSPC: no space left on device
        → check permissions and free space
      run: process 42 on desk writes in it
        → wait until it ends, or take another folder; if that process is gone, its lock is taken over: on another machine two minutes after its last sign of life (run/run.lock)
      a: the file ends after 10 bytes, wanted 20
        → fetch or write the file again
      ViT-B-16.pt: it is an archive of PyTorch's
        → save its weights as safetensors
      a: its tensors are not those of a CLIP under OpenAI's names; missing: 'transformer.resblocks.0.ln_1.bias', 'transformer.resblocks.1.ln_1.bias', 'transformer.resblocks.2.ln_1.bias', 'transformer.resblocks.3.ln_1.bias', 'transformer.resblocks.4.ln_1.bias', 'transformer.resblocks.5.ln_1.bias', 'transformer.resblocks.6.ln_1.bias', 'transformer.resblocks.7.ln_1.bias' and 2 more; unexpected: 'visual.head'; of another shape: 'visual.proj' is [512, 768], wanted [768, 512]
        → check that the file is whole and of this model
      https://hub: cannot be reached: getaddrinfo ENOTFOUND hub
        → check the network; what has arrived is kept, and the next attempt continues from there. Or copy the file here yourself
      https://hub: does not give openai/clip: Repository not found
        → check the name of the repository
      a: the file that arrived is not the hub's: its hash is sha256 34, wanted sha256 12
        → it was removed; fetch it again
      a: not a valid safetensors file: its header is not JSON
        → fetch or write the file again
      runs/a: it holds an unfinished adaptation run
        → choose another folder; or resume the run that is there; or overwrite what is there, which removes it
      runs/a: there is no adaptation run in it: it is empty
        → check the path, or begin a run in an empty directory
      run.json: seed is not a number; no epochs
        → correct the named fields
      a.jpg: cannot decode the image: unsupported image format
        → replace or remove the file
      data: 2 images are missing or broken; data/a/x/1.jpg: cannot decode the image: premature end; data/a/x/2.jpg: no such file
        → replace or remove them, or read without strict, which leaves them out
      a: tensor 'visual.proj' is missing
        → names like it: 'visual.projection'
      inputs: tensor 'x' is not known here
        → remove it, or check its name
      a: tensor 'w' is f32[4, 3], wanted f32[3, 4]
        → check that the file and the configuration belong together
      input 'target': dim 'B' is 5 here and 4 in input 'source'
        → a symbol has one size in a run
      training step: matmul: inner dims 2 and 3 differ (matmul of [1,2] and [3,1])
        → correct the program
      engine onnx (load): cannot find module
        → npm install onnxruntime-node
      clip.safetensors: tensor 'visual.proj' is NaN at [3, 5]
        → fetch it again
      step 12: loss is NaN
        → lower the learning rate or clip the gradient
      data (pacs): both 'Art' and 'art' are named like domain art
        → rename or remove one of them, or set layout to folder
      run: the run has not been evaluated
        → evaluate it first
      memory: a training step, image by image, needs about 3.00 GiB, and 1.00 GiB are allowed
        → allow more, or take fewer classes, a smaller batch or a smaller CLIP
      run: stopped on request
        → start it again; training can be resumed from its last checkpoint"
    `)
  })
})

describe('similar names', () => {
  it('are those that share most of a beginning or an end', () => {
    const present = ['visual.proj', 'visual.conv1.weight', 'module.visual.proj.weight', 'text_projection']
    expect(similarNames('visual.proj.weight', present)).toEqual(['module.visual.proj.weight', 'visual.proj'])
    expect(similarNames('logit_scale', present)).toEqual([])
  })
})
