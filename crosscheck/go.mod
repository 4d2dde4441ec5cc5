module github.com/alexconv/alexconv/crosscheck

go 1.26

require github.com/alexconv/alexconv v0.0.0

replace github.com/alexconv/alexconv => ../
