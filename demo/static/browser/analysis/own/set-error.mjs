/** Labelled pictures that cannot be read; the message is a sentence for the person who sent them. */
export class SetError extends Error {}
