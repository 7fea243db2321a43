/** Elements of the page. */

type Child = Node | string | undefined

/** An element with attributes and children; what is undefined is left out. */
export const make = <K extends keyof HTMLElementTagNameMap>(
  name: K,
  attributes: Readonly<Record<string, string | undefined>> = {},
  ...children: readonly Child[]
): HTMLElementTagNameMap[K] => {
  const made = document.createElement(name)
  for (const [key, value] of Object.entries(attributes))
    if (value !== undefined) made.setAttribute(key, value)
  made.append(...children.filter((child) => child !== undefined))
  return made
}

/** A button that does something. */
export const button = (
  text: string,
  press: () => void,
  attributes: Readonly<Record<string, string>> = {},
) => {
  const made = make('button', { type: 'button', ...attributes }, text)
  made.addEventListener('click', press)
  return made
}
