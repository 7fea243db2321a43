/** The names of the options that set a method's settings. */

/** Settings whose options have other names. */
const otherNames: Readonly<Record<string, string>> = { switches: 'switch' }

/** The name under which a parsed option holds a setting: `switch`, `imageTokens`. */
export const settingAttribute = (setting: string): string => otherNames[setting] ?? setting

/** The option of a setting: `imageTokens` is `--image-tokens`. */
export const settingFlag = (setting: string): string =>
  `--${settingAttribute(setting).replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`
