def take(module, weights, layer, transposed=False):
    """Fills a module with the arrays LAYER/0 and LAYER/1."""
    with torch.no_grad():
        for i, parameter in enumerate((module.weight, module.bias)):
            if parameter is None:
                continue
            array = torch.from_numpy(numpy.array(weights[f"{layer}/{i}"], "float32"))
            if transposed and i == 0:
                array = array.T
            if array.shape != parameter.shape:
                raise ValueError(f"{layer}/{i} is {tuple(array.shape)}, the model needs {tuple(parameter.shape)}")
            parameter.copy_(array)
    return module
