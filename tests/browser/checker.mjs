// The W3C's Nu checker over pages as they were served.

import { execFile } from "node:child_process";
import { createRequire } from "node:module";
import { promisify } from "node:util";

const JAR = createRequire(import.meta.url).resolve("vnu-jar/build/dist/vnu.jar");
const ROOM = 64 * 1024 * 1024;

/** What it finds in a folder of pages: errors, and warnings with on how many pages. */
export async function check(folder) {
  const asked = ["-jar", JAR, "--format", "json", "--stdout", "--exit-zero-always", "--skip-non-html", folder];
  const { stdout } = await promisify(execFile)("java", asked, { maxBuffer: ROOM });
  const { messages } = JSON.parse(stdout);
  const said = (message) => `Nu: ${message.url.split("/").at(-1)}:${message.lastLine} ${message.message} ${(message.extract ?? "").replace(/\s+/g, " ")}`;
  const warnings = new Map();
  for (const { message } of messages.filter(({ type, subType }) => type === "info" && subType === "warning")) {
    warnings.set(message, (warnings.get(message) ?? 0) + 1);
  }
  return { errors: messages.filter(({ type }) => type !== "info").map(said), warnings };
}
