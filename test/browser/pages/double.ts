// A module that isolation.ts imports, so that an import from one .ts file to another is tried in a page.

export const double = (value: number): number => 2 * value
