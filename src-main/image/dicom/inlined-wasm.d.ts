/** A compiled module within the bundle, as a data URL: nothing has to be found beside it, whatever bundles it. */
declare module '*.wasm?url&inline' {
  const url: string
  export default url
}
