/** Injection token of replace/'s FilePort. */
export const FILE_PORT = Symbol('FILE_PORT');
