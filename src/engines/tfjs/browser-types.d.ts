/**
 * Browser types that the declarations of TensorFlow.js and of its WebGPU typings mention and Node lacks. They are
 * declared here without members, so that a project for Node needs no library of browser types.
 */
interface BufferSource {}
interface EventInit {}
interface HTMLSourceElement {}
interface IDBFactory {}
interface Long {}
interface PredefinedColorSpace {}
interface Storage {}
interface VideoFrame {}
interface WebGLContextAttributes {}
