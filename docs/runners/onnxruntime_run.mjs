// Runs an ONNX model in ONNX Runtime for Node: MODEL INPUTS.npz OUTPUTS.npz.
//
// ONNXRUNTIME_NODE may name the folder of onnxruntime-node where it is not
// installed beside this file.
import { readFileSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { crc32 } from "node:zlib";

const require = createRequire(import.meta.url);
const ort = require(process.env.ONNXRUNTIME_NODE ?? "onnxruntime-node");

// readNPZ gives the stored float32 arrays of an archive, by key. The sizes stand
// in the central directory, which the last record of the file points to.
function readNPZ(bytes) {
  const arrays = {};
  let at = bytes.readUInt32LE(bytes.length - 6);
  for (let left = bytes.readUInt16LE(bytes.length - 12); left > 0; left--) {
    const [size, nameLength, extra, comment, local] =
      [bytes.readUInt32LE(at + 24), bytes.readUInt16LE(at + 28), bytes.readUInt16LE(at + 30), bytes.readUInt16LE(at + 32), bytes.readUInt32LE(at + 42)];
    const name = bytes.toString("utf8", at + 46, at + 46 + nameLength);
    const start = local + 30 + bytes.readUInt16LE(local + 26) + bytes.readUInt16LE(local + 28);
    arrays[name.replace(/\.npy$/, "")] = readNPY(bytes.subarray(start, start + size));
    at += 46 + nameLength + extra + comment;
  }
  return arrays;
}

function readNPY(bytes) {
  const length = bytes.readUInt16LE(8);
  const header = bytes.toString("latin1", 10, 10 + length);
  const shape = header.match(/'shape': \(([^)]*)\)/)[1].split(",").map((s) => s.trim()).filter(Boolean).map(Number);
  if (!header.includes("'<f4'") || !header.includes("'fortran_order': False")) throw new Error(`not float32 in C order: ${header}`);
  const data = new Float32Array(shape.reduce((a, b) => a * b, 1));
  Buffer.from(data.buffer).set(bytes.subarray(10 + length, 10 + length + data.byteLength));
  return { shape, data };
}

function writeNPY({ dims, data }) {
  const shape = dims.length === 1 ? `(${dims[0]},)` : `(${dims.join(", ")})`;
  let header = `{'descr': '<f4', 'fortran_order': False, 'shape': ${shape}, }`;
  header = header.padEnd(64 * Math.ceil((header.length + 11) / 64) - 11) + "\n";
  const head = Buffer.alloc(10);
  head.write("\x93NUMPY\x01\x00", "latin1");
  head.writeUInt16LE(header.length, 8);
  return Buffer.concat([head, Buffer.from(header, "latin1"), Buffer.from(data.buffer, data.byteOffset, data.byteLength)]);
}

function writeNPZ(tensors) {
  const files = [], directory = [];
  let offset = 0;
  for (const [key, tensor] of Object.entries(tensors)) {
    const name = Buffer.from(key + ".npy"), content = writeNPY(tensor);
    const common = Buffer.alloc(26); // from the version needed to the length of the extra field
    common.writeUInt16LE(20, 0);
    common.writeUInt16LE(0x800, 2);
    common.writeUInt16LE(33, 8);
    common.writeUInt32LE(crc32(content), 10);
    common.writeUInt32LE(content.length, 14);
    common.writeUInt32LE(content.length, 18);
    common.writeUInt16LE(name.length, 22);
    files.push(Buffer.from("PK\x03\x04", "latin1"), common, name, content);
    const tail = Buffer.alloc(14); // comment, disk, attributes, offset
    tail.writeUInt32LE(offset, 10);
    directory.push(Buffer.from("PK\x01\x02\x14\x00", "latin1"), common, tail, name);
    offset += 30 + name.length + content.length;
  }
  const index = Buffer.concat(directory), count = Object.keys(tensors).length;
  const end = Buffer.alloc(22);
  end.write("PK\x05\x06", "latin1");
  end.writeUInt16LE(count, 8);
  end.writeUInt16LE(count, 10);
  end.writeUInt32LE(index.length, 12);
  end.writeUInt32LE(offset, 16);
  return Buffer.concat([...files, index, end]);
}

const [model, inputs, outputs] = process.argv.slice(2);
const session = await ort.InferenceSession.create(model);
const feeds = {};
for (const [name, { shape, data }] of Object.entries(readNPZ(readFileSync(inputs)))) feeds[name] = new ort.Tensor("float32", data, shape);
writeFileSync(outputs, writeNPZ(await session.run(feeds)));
