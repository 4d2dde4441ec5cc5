package runtime

import "testing"

func TestMeasurePeak(t *testing.T) {
	if testing.Short() {
		t.Skip("measures for a fraction of a second")
	}
	if p := MeasurePeak(1); p.FLOPS < 1e8 || p.BytesPerSecond < 1e8 {
		t.Errorf("%+v", p)
	}
}
