package conformance

import "github.com/alexconv/alexconv/runtime"

// engines are all there are: what holds must hold on each.
var engines = []runtime.Engine{runtime.Reference}
