/** The domain of ONNX Runtime's own operators. */
export const ownDomain = 'com.microsoft'
