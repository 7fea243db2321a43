/**
 * Browser types that the declarations of ONNX Runtime mention and Node lacks. They are declared here without members,
 * so that a project for Node needs no library of browser types.
 */
interface HTMLImageElement {}
interface ImageBitmap {}
interface ImageData {}
interface WebGLRenderingContext {}
interface WebGLTexture {}
