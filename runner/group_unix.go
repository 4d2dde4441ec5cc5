//go:build unix

package runner

import (
	"os/exec"
	"syscall"
)

// ownGroup makes the end of a program the end of what it has started too.
func ownGroup(c *exec.Cmd) {
	c.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	c.Cancel = func() error { return syscall.Kill(-c.Process.Pid, syscall.SIGKILL) }
}
