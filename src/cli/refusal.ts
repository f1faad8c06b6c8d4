/** A command cannot or will not do what it was told; the message is the one sentence that the operator gets. */
export class Refusal extends Error {
  override readonly name = 'Refusal'
}
