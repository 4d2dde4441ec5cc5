module github.com/alexconv/alexconv/crosscheck

go 1.26.0

require github.com/alexconv/alexconv v0.0.0

require (
	github.com/edsrzf/mmap-go v1.2.0 // indirect
	github.com/x448/float16 v0.8.4 // indirect
	golang.org/x/image v0.47.0 // indirect
	golang.org/x/sync v0.24.0 // indirect
	golang.org/x/sys v0.49.0 // indirect
	google.golang.org/protobuf v1.36.12 // indirect
)

replace github.com/alexconv/alexconv => ../
