// Drives an unmodified vk-io: one line of JSON in, one line of JSON out.
import https from 'node:https';
import { createInterface } from 'node:readline';
import { CallbackService, createCollectIterator, resolveResource, VK } from 'vk-io';

// Every connection ends at this port of this machine, whatever host it is for.
class Bent extends https.Agent {
  createConnection(options, done) {
    return super.createConnection({ ...options, host: '127.0.0.1', port: Number(process.argv[2]) }, done);
  }
}

const agent = new Bent({ keepAlive: true });
// The stand-in hurries nobody: thousands of requests a second are no danger.
const common = { agent, apiLimit: 2000 };
const clients = new Map();
const heard = [];
let news = () => {};

const client = (token, options = {}) => {
  const name = JSON.stringify([token, options]);
  if (!clients.has(name)) clients.set(name, new VK({ token, ...common, ...options }));
  return clients.get(name);
};

const told = (error) => ({ type: error.constructor.name, code: error.code, method: error.method });

const attachment = (made) => ({ attachment: String(made), url: made.url ?? made.largeSizeUrl });

const acts = {
  call: ({ token, method, params }) => client(token).api.call(method, params),

  together: async ({ token, mode, calls }) => {
    const { api } = client(token, { apiMode: mode });
    const ends = await Promise.allSettled(calls.map(([method, params]) => {
      const [subject, name] = method.split('.');
      return api[subject][name](params);
    }));
    return ends.map((end) => (end.status === 'fulfilled' ? { answer: end.value } : { error: told(end.reason) }));
  },

  collect: async ({ token, method, size }) => {
    const parts = [];
    for await (const part of createCollectIterator({ api: client(token).api, method, params: {}, countPerRequest: size })) {
      parts.push(part.items);
    }
    return parts;
  },

  captcha: async ({ token, method, params }) => {
    const seen = [];
    const callbackService = new CallbackService();
    callbackService.onCaptcha(async (captcha, retry) => {
      seen.push({ src: captcha.src, sid: captcha.sid, redirectUri: captcha.redirectUri });
      await retry('solved');
    });
    const answer = await new VK({ token, ...common, callbackService }).api.call(method, params);
    return { answer, seen };
  },

  upload: async ({ token, kind, name, content, ...params }) => {
    const source = { value: Buffer.from(content, 'base64'), filename: name };
    return attachment(await client(token).upload[kind]({ source, ...params }));
  },

  chatPhoto: ({ token, content, chat_id }) =>
    client(token).upload.chatPhoto({ source: { value: Buffer.from(content, 'base64') }, chat_id }),

  listen: async ({ token }) => {
    const vk = client(token);
    vk.updates.use((context) => {
      heard.push({
        text: context.text ?? null,
        from: context.senderId,
        peer: context.peerId,
        event: context.eventType ?? null,
        member: context.eventMemberId ?? null,
      });
      news();
    });
    await vk.updates.start();
    return true;
  },

  hush: async ({ token }) => {
    await client(token).updates.stop();
    heard.length = 0;
  },

  resolve: ({ token, name }) => resolveResource({ api: client(token).api, resource: name }),

  heard: async ({ count }) => {
    while (heard.length < count) await new Promise((resolve) => { news = resolve; });
    return heard.splice(0, count);
  },
};

const tooLong = () => new Promise((resolve, reject) => {
  setTimeout(() => reject(new Error('no end within 20 seconds')), 20_000).unref();
});

for await (const line of createInterface({ input: process.stdin })) {
  const { act, ...asked } = JSON.parse(line);
  let reply;
  try {
    reply = { answer: await Promise.race([acts[act](asked), tooLong()]) };
  } catch (error) {
    reply = { error: told(error), text: String(error) };
  }
  process.stdout.write(`${JSON.stringify(reply)}\n`);
}
process.exit(0); // a poll may still be waiting
