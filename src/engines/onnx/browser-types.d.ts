/**
 * Browser types that the declarations of ONNX Runtime mention. Node has none of them, and the library of browser
 * types is not wanted in a project that runs in Node; so they are declared here, without members.
 */
interface HTMLImageElement {}
interface ImageBitmap {}
interface ImageData {}
interface WebGLRenderingContext {}
interface WebGLTexture {}
