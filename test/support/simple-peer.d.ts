// It brings no types along.
declare module "@thaunknown/simple-peer" {
  const SimplePeer: new (options?: object) => object;
  export default SimplePeer;
}
