// Package wire reads and writes protobuf messages for the formats that are made
// of them, without generated code: a reader that never looks beyond a message
// and says at which byte it failed, and a writer that leaves weights where they
// are until the file is written.
package wire
