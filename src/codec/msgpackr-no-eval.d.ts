/** msgpackr ships no types for its build without `eval`; it is the same code with the same exports. */
declare module "msgpackr/index-no-eval" {
  export * from "msgpackr";
}
