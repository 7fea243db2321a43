/** Names of devices: of the processor from the system, of GPUs from `nvidia-smi` or WebGPU. */
import { execFile } from 'node:child_process'
import { cpus } from 'node:os'
import * as t from 'io-ts'
import type { DeviceKind } from '../catalogue.js'

const processorName = (): string => {
  const all = cpus()
  return `${all[0]?.model.trim() ?? 'processor'}, ${all.length} ${all.length === 1 ? 'thread' : 'threads'}`
}

/** The first line that a program prints; undefined if it does not start, fails, or prints nothing. */
const firstLineOf = (command: string, args: readonly string[]): Promise<string | undefined> =>
  new Promise((resolve) => {
    execFile(command, args, { timeout: 10_000 }, (error, stdout) => {
      const [line] = stdout.split('\n')
      resolve(error === null && line !== undefined && line !== '' ? line.trim() : undefined)
    })
  })

const Adapter = t.type({ info: t.type({ vendor: t.string, device: t.string, description: t.string }) })

/** The name of the WebGPU adapter; undefined if this process has no WebGPU. */
const adapterName = async (): Promise<string | undefined> => {
  const navigator: unknown = Reflect.get(globalThis, 'navigator')
  const Gpu = t.type({ gpu: t.type({ requestAdapter: t.Function }) })
  if (!Gpu.is(navigator)) return undefined
  const adapter: unknown = await navigator.gpu.requestAdapter()
  if (!Adapter.is(adapter)) return undefined
  const { vendor, device, description } = adapter.info
  return [description, `${vendor} ${device}`.trim()].find((text) => text !== '')
}

/** The name of the device that this machine has of a kind; `unknown` if it cannot be found. */
export const deviceName = async (kind: DeviceKind): Promise<string> => {
  switch (kind) {
    case 'processor':
      return processorName()
    case 'cuda':
      return (await firstLineOf('nvidia-smi', ['--query-gpu=name', '--format=csv,noheader'])) ?? 'unknown'
    case 'webgpu':
      return (await adapterName()) ?? 'unknown'
  }
}
