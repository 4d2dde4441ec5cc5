package draw
import ("testing";"os";"strings";"path/filepath"
"github.com/alexconv/alexconv/ir"
"github.com/alexconv/alexconv/zoo"
"github.com/alexconv/alexconv/formats/caffe")
func TestTry(t *testing.T){
 gs:=map[string]*ir.Graph{}
 for _,n:=range zoo.Nets(){gs[n.Name]=n.Build()}
 files,_:=filepath.Glob("../testdata/nets/*.prototxt"); files=append(files,"../../shared/fixtures/lenet/deploy.prototxt")
 for _,f:=range files{ b,_:=os.ReadFile(f); g,err:=caffe.ReadTopology(b,caffe.ReadOptions{}); if err!=nil{t.Log(f,err);continue}; n:=strings.TrimSuffix(filepath.Base(f),".prototxt"); if n=="deploy"{n="lenet"}; gs[n]=g}
 for n,g:=range gs{ for name,o:=range map[string]Options{"":{}, "-c":{Collapse:true}, "-lr":{Direction:Right}, "-lrc":{Direction:Right,Collapse:true}, "-vol":{Direction:Right,Style:Volumes}}{
  d,err:=New(g,o); if err!=nil{t.Log(n,name,err);continue}
  f,_:=os.Create("/tmp/drawtry/"+n+name+".svg"); if err:=d.WriteSVG(f,Light);err!=nil{t.Fatal(err)}; f.Close()
  if name==""||name=="-c"{t.Log(n,name,d.Width,d.Height)}
 }}
}
