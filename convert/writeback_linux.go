package convert

import (
	"os"

	"golang.org/x/sys/unix"
)

// startWriteback begins to bring a part of a file to the disk and does not wait
// for it. It is a hint; Sync says whether the file is there.
func startWriteback(f *os.File, offset, length int64) {
	_ = unix.SyncFileRange(int(f.Fd()), offset, length, unix.SYNC_FILE_RANGE_WRITE)
}
