// Tokenizers of every kind, as a part by itself of the program of exhibits.

export { tokenizerFromJSON } from '../../text/tokenizer/fromJSON.ts'
export { besideNames, configBeside } from '../../text/tokenizer/tokensBeside.ts'
