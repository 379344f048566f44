// The real program on a free port of the loopback, with a data folder of its own: started, asked, killed, started again.

import { spawn } from "node:child_process";
import { cpSync, createWriteStream, mkdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

export const PASSWORD = "a walk along the river";
const READY = /^listening on (http:\S+)$/m;
const START = 120_000;
const STOP = 20_000;

/** Fills a demonstration once; every other one is a copy of it. */
export async function fillDemonstration(binary, folder) {
  const service = await Service.demonstration(binary, folder);
  await service.stop();
}

export class Service {
  constructor(binary, folder, options) {
    Object.assign(this, { binary, folder, options, listen: "127.0.0.1:0", said: "" });
    mkdirSync(folder, { recursive: true });
  }

  /** A demonstration: invented people, known passwords. */
  static async demonstration(binary, folder, { filled, options = [] } = {}) {
    const credentials = join(folder, "credentials.json");
    const service = new Service(binary, folder, ["demo", "--credentials", credentials, "--rate-limits", "off", ...options]);
    if (filled) {
      cpSync(join(filled, "data"), join(folder, "data"), { recursive: true });
    }
    await service.start();
    service.people = new Map(JSON.parse(readFileSync(credentials, "utf8")).people.map((person) => [person.email, person]));
    return service;
  }

  /** A service that nobody has set up. */
  static async empty(binary, folder) {
    const service = new Service(binary, folder, ["serve", "--rate-limits", "off"]);
    await service.start();
    return service;
  }

  async start() {
    const command = [...this.options, "--data", join(this.folder, "data"), "--listen", this.listen];
    const log = createWriteStream(join(this.folder, "service.log"), { flags: "a" });
    const process = spawn(this.binary, command, { stdio: ["ignore", "pipe", "pipe"] });
    this.process = process;
    this.ended = new Promise((done) => process.once("exit", done));
    process.stderr.pipe(log);
    this.url = await new Promise((ready, refuse) => {
      const late = setTimeout(() => refuse(new Error(`the service did not start in ${START / 1000} s`)), START);
      process.once("error", refuse);
      process.once("exit", (status) => refuse(new Error(`the service ended with ${status}: see ${this.folder}/service.log`)));
      process.stdout.on("data", (text) => {
        this.said += text;
        const found = READY.exec(this.said);
        if (found) {
          clearTimeout(late);
          ready(found[1]);
        }
      });
    });
    // It comes back where it was.
    this.listen = new URL(this.url).host;
  }

  /** As when the power fails. */
  async kill() {
    this.process.kill("SIGKILL");
    await this.ended;
  }

  async startAgain() {
    this.said = "";
    await this.start();
  }

  async stop() {
    if (!this.process || this.process.exitCode !== null || this.process.signalCode !== null) {
      return;
    }
    this.process.kill("SIGTERM");
    const late = setTimeout(() => this.process.kill("SIGKILL"), STOP);
    await this.ended;
    clearTimeout(late);
  }

  /** Somebody, or something, that asks in JSON. */
  as(email) {
    return new Caller(this, this.people.get(email).token);
  }

  organisation(email) {
    return this.people.get(email).organisation_id;
  }
}

export class Caller {
  constructor(service, token) {
    Object.assign(this, { service, token });
  }

  /** The answer, whatever it is. */
  async ask(method, path, body, headers = {}) {
    const authorization = this.token ? { authorization: `Bearer ${this.token}` } : {};
    const kind = body === undefined ? {} : { "content-type": "application/json" };
    const answer = await fetch(`${this.service.url}/api/v1${path}`, {
      method,
      headers: { ...authorization, ...kind, ...headers },
      body: body === undefined ? undefined : JSON.stringify(body),
    });
    const text = await answer.text();
    return { status: answer.status, headers: answer.headers, json: text ? JSON.parse(text) : undefined };
  }

  /** The answer, if it is what was asked for. */
  async do(method, path, body, headers) {
    const answer = await this.ask(method, path, body, headers);
    if (answer.status >= 300) {
      throw new Error(`${method} ${path}: ${answer.status} ${JSON.stringify(answer.json)}`);
    }
    return answer.json;
  }

  get = (path) => this.do("GET", path);
  post = (path, body, headers) => this.do("POST", path, body, headers);

  /** A change of what was just read. */
  async change(method, path, body, at = path) {
    const read = await this.ask("GET", at);
    return this.do(method, path, body, { "if-match": read.headers.get("etag") });
  }

  async items(path) {
    return (await this.get(path)).items;
  }

  async id() {
    return (await this.get("/me")).id;
  }
}
