/** State on a device, whose tensors are held until they are released: no device is needed to count them. */
import * as onnxRuntime from 'onnxruntime-node'
import { Tensor } from 'onnxruntime-node'
import * as TE from 'fp-ts/lib/TaskEither.js'
import { expect, it } from 'vitest'
import type { EngineFailure } from '../../src/engines/failure.js'
import { keptOnDevice, stateInResults } from '../../src/engines/onnx/device-state.js'
import type { Port } from '../../src/engines/ports.js'
import type { NamedValues } from '../../src/values/named-values.js'
import { f32 } from './agreement.js'

const port = (name: string, shape: readonly number[] = [2]): Port => ({ name, dtype: 'f32', shape })

/** Two parameters that take the value of one output, and one of another. */
const carried = [
  { parameter: 'a', output: 'shared', initial: f32([2], [1, 2]) },
  { parameter: 'b', output: 'shared', initial: f32([2], [3, 4]) },
  { parameter: 'c', output: 'own', initial: f32([2], [5, 6]) },
]
const outputs = { shared: port('shared.1'), own: port('own'), loss: port('loss', []) }

const notAsked: TE.TaskEither<EngineFailure, NamedValues> = TE.left({
  tag: 'EngineFailed',
  engine: 'onnx',
  stage: 'run',
  reason: 'nobody reads here',
  advice: '',
})

/** Nothing but a type: no test looks into it. */
const buffer: Tensor.GpuBufferType = {
  __brand: 'GPUBuffer',
  label: '',
  size: 8,
  usage: 0,
  mapState: 'unmapped',
  mapAsync: () => Promise.resolve(undefined),
  getMappedRange: () => new ArrayBuffer(8),
  unmap: () => undefined,
  destroy: () => undefined,
}

const begun = () => {
  const released: string[] = []
  const parameters = carried.map(({ parameter }) => port(parameter))
  return {
    released,
    state: stateInResults(onnxRuntime, carried, { parameters, outputs }, () => notAsked),
    onDevice: (name: string): Tensor =>
      Tensor.fromGpuBuffer(buffer, {
        dataType: 'float32',
        dims: [2],
        dispose: () => void released.push(name),
      }),
  }
}

it('state on the device starts in host memory, and the session allocates its next values', () => {
  const { state } = begun()
  expect(Object.values(state.feeds()).map(({ location }) => location)).toEqual(['cpu', 'cpu', 'cpu'])
  expect(state.fetches()).toEqual({ 'shared.1': null, own: null })
})

it('a run reads the state that the last run left on the device, and each tensor is released once, after its last use', () => {
  const { state, released, onDevice } = begun()
  const [first, second] = [onDevice('first'), onDevice('second')]
  state.moveOn({ 'shared.1': first, own: onDevice('own') })
  expect(state.feeds()['a']).toBe(first)
  expect(state.feeds()['b']).toBe(first)
  expect(released).toEqual([])
  state.moveOn({ 'shared.1': second, own: onDevice('next own') })
  expect(released.toSorted()).toEqual(['first', 'own'])
  state.write({ a: f32([2], [7, 8]) })
  expect([...(state.feeds()['a']?.data ?? [])]).toEqual([7, 8])
  expect(released.toSorted()).toEqual(['first', 'own'])
  state.forget()
  expect(released.toSorted()).toEqual(['first', 'next own', 'own', 'second'])
})

it('state without elements is not kept on the device', () => {
  const empty = [{ parameter: 'e', output: 'empty', initial: f32([0], []) }, ...carried]
  const kept = keptOnDevice(empty, { ...outputs, empty: port('empty', [0]) })
  expect(new Set(kept)).toEqual(new Set(['shared.1', 'own']))
})
