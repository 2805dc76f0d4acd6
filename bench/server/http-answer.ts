import { request } from "node:http";

/** The body of an answer with status 200, asked for on a connection of its own, as each player has one. Rejects on any other. */
export function httpAnswer(port: number, path: string, body?: object): Promise<string> {
  return new Promise((resolve, reject) => {
    const text = body === undefined ? undefined : JSON.stringify(body);
    const headers =
      text === undefined ? {} : { "content-type": "application/json", "content-length": Buffer.byteLength(text) };
    const method = text === undefined ? "GET" : "POST";
    const asked = request({ host: "127.0.0.1", port, path, method, headers, agent: false }, (response) => {
      let said = "";
      response.setEncoding("utf8");
      response.on("data", (chunk: string) => {
        said += chunk;
      });
      response.on("end", () => {
        if (response.statusCode === 200) resolve(said);
        else reject(new Error(`${method} ${path}: ${response.statusCode} ${said}`));
      });
    });
    asked.on("error", reject);
    asked.end(text);
  });
}
