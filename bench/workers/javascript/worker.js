// Camunda's JavaScript client at the settings with which it was fastest: a long poll, many tasks a poll, no pause worth
// mentioning between polls, connections that stay open.
import http from "node:http";
import { BasicAuthInterceptor, Client, Variables } from "camunda-external-task-client-js";

const { BENCH_ENGINE_URL, BENCH_USER, BENCH_PASSWORD, BENCH_TOPIC, BENCH_SYSTEM_URL, BENCH_SLOTS } = process.env;
const slots = Number(BENCH_SLOTS);
const agent = new http.Agent({ keepAlive: true, maxSockets: slots });

const client = new Client({
  baseUrl: BENCH_ENGINE_URL,
  workerId: "javascript",
  interceptors: new BasicAuthInterceptor({ username: BENCH_USER, password: BENCH_PASSWORD }),
  maxTasks: slots,
  maxParallelExecutions: slots,
  interval: 50,
  lockDuration: 60_000,
  asyncResponseTimeout: 5_000,
});

function read(account) {
  return new Promise((resolve, reject) => {
    const request = http.get(`${BENCH_SYSTEM_URL}/accounts/${account}`, { agent }, (response) => {
      response.setEncoding("utf8");
      let body = "";
      response.on("data", (chunk) => (body += chunk));
      response.on("end", () => resolve(JSON.parse(body)));
    });
    request.on("error", reject);
  });
}

client.subscribe(BENCH_TOPIC, { variables: ["account"] }, async ({ task, taskService }) => {
  const answer = await read(task.variables.get("account"));
  await taskService.complete(task, new Variables().set("balance", answer.balance.amount));
});
client.on("poll:error", (error) => console.error(`poll: ${error}`));
client.on("handler:error", (error) => console.error(`task: ${error}`));
