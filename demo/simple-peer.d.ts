// It brings no types along.
declare module "simple-peer/simplepeer.min.js" {
  const SimplePeer: new (options?: object) => object;
  export default SimplePeer;
}
