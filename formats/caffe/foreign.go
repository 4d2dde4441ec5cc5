package caffe

import (
	"fmt"
	"slices"
	"strings"
)

// fork is a fork of Caffe by what people call it, and the dialects that read
// the layer or field in question.
type fork struct {
	name     string
	dialects []Dialect
}

var (
	ssdLayer       = fork{"SSD's fork of Caffe", []Dialect{SSD, OpenCV}}
	ssdOnly        = fork{"SSD's fork of Caffe", nil}
	mobileNetLayer = fork{"the forks of Caffe that train MobileNets", []Dialect{MobileNet}}
	segNet         = fork{"SegNet's fork of Caffe", nil}
	deepLab        = fork{"DeepLab's and PSPNet's forks of Caffe", nil}
	fastRCNN       = fork{"Fast R-CNN's fork of Caffe", nil}
	rfcn           = fork{"R-FCN's fork of Caffe", nil}
	yolo           = fork{"the forks of Caffe that run YOLO", nil}
	flowNet        = fork{"FlowNet's fork of Caffe", nil}
)

// foreignTypes are the layer types of forks that people meet.
var foreignTypes = map[string]fork{
	"Permute":              ssdLayer,
	"Normalize":            ssdLayer,
	"PriorBox":             ssdOnly,
	"DetectionOutput":      ssdOnly,
	"DetectionEvaluate":    ssdOnly,
	"MultiBoxLoss":         ssdOnly,
	"AnnotatedData":        ssdOnly,
	"ReLU6":                {mobileNetLayer.name, []Dialect{MobileNet, OpenCV}},
	"ConvolutionDepthwise": mobileNetLayer,
	"DepthwiseConvolution": mobileNetLayer,
	"ShuffleChannel":       {"ShuffleNet's forks of Caffe", nil},
	"Axpy":                 {"SENet's fork of Caffe", nil},
	"Upsample":             {"SegNet's fork of Caffe and of those that run YOLO", nil},
	"BN":                   segNet,
	"Interp":               deepLab,
	"ROIPooling":           fastRCNN,
	"SmoothL1Loss":         fastRCNN,
	"PSROIPooling":         rfcn,
	"Reorg":                yolo,
	"RegionLoss":           yolo,
	"Mish":                 yolo,
	"Correlation":          flowNet,
	"Resample":             flowNet,
}

// foreignFields are the fields of forks that people meet, by table and name.
var foreignFields = map[string]fork{
	"LayerParameter.permute_param":          ssdLayer,
	"LayerParameter.norm_param":             ssdLayer,
	"LayerParameter.prior_box_param":        ssdOnly,
	"LayerParameter.detection_output_param": ssdOnly,
	"LayerParameter.multibox_loss_param":    ssdOnly,
	"LayerParameter.annotated_data_param":   ssdOnly,
	"LayerParameter.relu6_param":            mobileNetLayer,
	"LayerParameter.shuffle_channel_param":  foreignTypes["ShuffleChannel"],
	"LayerParameter.upsample_param":         foreignTypes["Upsample"],
	"LayerParameter.bn_param":               segNet,
	"LayerParameter.interp_param":           deepLab,
	"LayerParameter.roi_pooling_param":      fastRCNN,
	"LayerParameter.psroi_pooling_param":    rfcn,
	"LayerParameter.reorg_param":            yolo,
	"PoolingParameter.ceil_mode":            {"OpenCV's reader of Caffe's nets", []Dialect{OpenCV}},
	"ConvolutionParameter.hole":             deepLab,
}

// advice says what to do about it.
func (f fork) advice() string {
	if len(f.dialects) == 0 {
		return "alexconv does not read it"
	}
	var names []string
	for _, d := range f.dialects {
		names = append(names, string(d))
	}
	return "read it with dialect " + strings.Join(names, " or ")
}

// unknownField is the end of an error about a field that a table does not have.
func unknownField(s *schema, name string) string {
	if f, ok := foreignFields[s.name+"."+name]; ok {
		return fmt.Sprintf(": it is of %s; %s", f.name, f.advice())
	}
	return didYouMean(name, s.names())
}

// unknownType is the error for a layer type that is none of Caffe's nor of the
// dialect's.
func (l *layer) unknownType() error {
	at := l.message.place("type")
	if slices.Contains(unreadTypes, l.typ) {
		return l.unsupported(at, "layer type %q is not supported", l.typ)
	}
	if f, ok := foreignTypes[l.typ]; ok {
		return l.unsupported(at, "layer type %q is of %s; %s", l.typ, f.name, f.advice())
	}
	known := slices.Clone(unreadTypes)
	for _, t := range layerTypes {
		known = append(known, t.name)
	}
	return l.errorAt(at, "unknown layer type %q%s", clip(l.typ), didYouMean(l.typ, known))
}
