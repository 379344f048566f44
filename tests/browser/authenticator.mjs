// An authenticator app (RFC 6238: SHA-1, six digits, a new code every thirty seconds).

import { createHmac } from "node:crypto";

const LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
const STEP = 30_000;

export class Authenticator {
  constructor(secret) {
    const bits = [...secret.replace(/\s/g, "")].map((letter) => LETTERS.indexOf(letter).toString(2).padStart(5, "0")).join("");
    this.key = Buffer.from(bits.match(/.{8}/g).map((byte) => Number.parseInt(byte, 2)));
    this.last = 0;
  }

  /** A code that was not used yet. The service takes the present one and those beside it, each once and in their order. */
  next() {
    const now = Math.floor(Date.now() / STEP);
    this.last = Math.max(this.last + 1, now - 1);
    if (this.last > now + 1) {
      throw new Error("three codes are used up: the next one comes in half a minute");
    }
    return this.#code(this.last);
  }

  #code(step) {
    const counter = Buffer.alloc(8);
    counter.writeBigUInt64BE(BigInt(step));
    const digest = createHmac("sha1", this.key).update(counter).digest();
    const from = digest.at(-1) & 15;
    return String((digest.readUInt32BE(from) & 0x7fffffff) % 1_000_000).padStart(6, "0");
  }
}
