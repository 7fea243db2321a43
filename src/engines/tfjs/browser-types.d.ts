/**
 * Types that the declarations of TensorFlow.js and of its WebGPU typings mention and Node does not have. The library
 * of browser types is not wanted in a project that runs in Node; so they are declared here, without members.
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
