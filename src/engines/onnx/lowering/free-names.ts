/** Names of values in a model and in its inner graphs: none is given twice. */
export interface FreeNames {
  /** Reserves a name as it is. */
  readonly reserve: (name: string) => void
  /** The given name if it is free, else one with a number at its end; reserves it. Takes the same time however many there are. */
  readonly freeName: (like: string) => string
}

export const freeNames = (): FreeNames => {
  // ONNX Runtime keeps results in an object, which holds no entry of this name.
  const taken = new Set(['__proto__'])
  /** For each beginning of a name, the first number that may be free. */
  const nextNumber = new Map<string, number>()
  return {
    reserve: (name) => void taken.add(name),
    freeName: (like) => {
      let name = like
      let number = nextNumber.get(like) ?? 1
      for (; taken.has(name); number += 1) name = `${like}.${number}`
      nextNumber.set(like, number)
      taken.add(name)
      return name
    },
  }
}
