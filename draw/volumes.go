package draw

func newVolumes(d *diagram) look { return boxes{} }
