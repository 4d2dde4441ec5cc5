"""Exports nets of AlexNet's family from PyTorch as people do, for the test beside.

usage: export.py NET FOLDER

NET is one of the functions named in NETS. FOLDER receives input.npy,
output.npy and one ONNX file for each way of exporting. The modules follow
torchvision's architectures; their weights are random with a fixed seed. AlexNet
has its full size, the others are narrower, with the same layers.
"""

import os
import sys
import warnings

import numpy
import torch
import torch.nn.functional as F
from torch import nn


class LeNet(nn.Module):
    """The MNIST tutorial's style: functional calls and view."""

    def __init__(self):
        super().__init__()
        self.conv1 = nn.Conv2d(1, 6, 5, padding=2)
        self.conv2 = nn.Conv2d(6, 16, 5)
        self.fc1 = nn.Linear(16 * 5 * 5, 120)
        self.fc2 = nn.Linear(120, 84)
        self.fc3 = nn.Linear(84, 10)

    def forward(self, x):
        x = F.max_pool2d(F.relu(self.conv1(x)), 2)
        x = F.avg_pool2d(torch.tanh(self.conv2(x)), (2, 2))
        x = x.view(x.size(0), -1)
        x = F.relu(self.fc1(x))
        x = torch.sigmoid(self.fc2(x))
        return F.log_softmax(self.fc3(x), dim=1)


class AlexNet(nn.Module):
    def __init__(self, width=64, hidden=4096):
        super().__init__()
        w = width
        self.features = nn.Sequential(
            nn.Conv2d(3, w, 11, stride=4, padding=2), nn.ReLU(inplace=True), nn.MaxPool2d(3, 2),
            nn.Conv2d(w, 3 * w, 5, padding=2), nn.ReLU(inplace=True), nn.MaxPool2d(3, 2),
            nn.Conv2d(3 * w, 6 * w, 3, padding=1), nn.ReLU(inplace=True),
            nn.Conv2d(6 * w, 4 * w, 3, padding=1), nn.ReLU(inplace=True),
            nn.Conv2d(4 * w, 4 * w, 3, padding=1), nn.ReLU(inplace=True), nn.MaxPool2d(3, 2),
        )
        self.avgpool = nn.AdaptiveAvgPool2d((6, 6))
        self.classifier = nn.Sequential(
            nn.Dropout(), nn.Linear(4 * w * 36, hidden), nn.ReLU(inplace=True),
            nn.Dropout(), nn.Linear(hidden, hidden), nn.ReLU(inplace=True),
            nn.Linear(hidden, 1000),
        )

    def forward(self, x):
        x = self.avgpool(self.features(x))
        return self.classifier(torch.flatten(x, 1))


class LRN(nn.Module):
    """The formula in modules, as ports of Caffe's nets write it. nn.LocalResponseNorm
    itself is exported with a subgraph from opset 11 on."""

    def __init__(self, size, alpha, beta, k):
        super().__init__()
        self.average = nn.AvgPool3d((size, 1, 1), stride=1, padding=(size // 2, 0, 0))
        self.alpha, self.beta, self.k = alpha, beta, k

    def forward(self, x):
        mean = self.average(x.pow(2).unsqueeze(1)).squeeze(1)
        return x.div(mean.mul(self.alpha).add(self.k).pow(self.beta))


class AlexNetLRN(nn.Module):
    """The paper's net as ported to PyTorch: groups, LRN, softmax, view(-1, n)."""

    def __init__(self):
        super().__init__()
        self.conv1 = nn.Conv2d(3, 12, 11, stride=4)
        self.norm = LRN(5, alpha=1e-2, beta=0.75, k=2.0)
        self.pool = nn.MaxPool2d(kernel_size=3, stride=2, ceil_mode=True)
        self.conv2 = nn.Conv2d(12, 32, 5, padding=2, groups=2)
        self.conv3 = nn.Conv2d(32, 24, 3, padding=1)
        self.act = nn.PReLU(24)
        self.fc = nn.Linear(24 * 6 * 6, 20)
        self.drop = nn.Dropout(0.5)

    def forward(self, x):
        x = self.pool(self.norm(F.relu(self.conv1(x))))
        x = self.pool(self.norm(F.leaky_relu(self.conv2(x), 0.1)))
        x = self.pool(self.act(self.conv3(x)))
        x = x.view(-1, 24 * 6 * 6)
        return F.softmax(self.fc(self.drop(x)), dim=-1)


def vgg_features(width):
    layers, channels = [], 3
    for step in (1, 1, "M", 2, 2, "M", 4, 4, 4, "M", 8, 8, 8, "M", 8, 8, 8, "M"):
        if step == "M":
            layers.append(nn.MaxPool2d(kernel_size=2, stride=2))
        else:
            layers += [nn.Conv2d(channels, step * width, 3, padding=1), nn.ReLU(inplace=True)]
            channels = step * width
    return nn.Sequential(*layers)


class VGG16(nn.Module):
    def __init__(self, width=4, hidden=64):
        super().__init__()
        self.features = vgg_features(width)
        self.avgpool = nn.AdaptiveAvgPool2d((7, 7))
        self.classifier = nn.Sequential(
            nn.Linear(8 * width * 49, hidden), nn.ReLU(True), nn.Dropout(),
            nn.Linear(hidden, hidden), nn.ReLU(True), nn.Dropout(),
            nn.Linear(hidden, 100),
        )

    def forward(self, x):
        x = self.avgpool(self.features(x))
        x = x.view(x.shape[0], -1)
        return self.classifier(x)


class Fire(nn.Module):
    def __init__(self, inside, squeeze, expand):
        super().__init__()
        self.squeeze = nn.Conv2d(inside, squeeze, 1)
        self.expand1 = nn.Conv2d(squeeze, expand, 1)
        self.expand3 = nn.Conv2d(squeeze, expand, 3, padding=1)

    def forward(self, x):
        x = F.relu(self.squeeze(x), inplace=True)
        return torch.cat([F.relu(self.expand1(x)), F.relu(self.expand3(x))], 1)


class SqueezeNet(nn.Module):
    def __init__(self):
        super().__init__()
        self.features = nn.Sequential(
            nn.Conv2d(3, 16, 3, stride=2), nn.ReLU(inplace=True), nn.MaxPool2d(3, 2, ceil_mode=True),
            Fire(16, 4, 16), Fire(32, 4, 16), nn.MaxPool2d(3, 2, ceil_mode=True),
            Fire(32, 8, 32), Fire(64, 8, 32), nn.MaxPool2d(3, 2, ceil_mode=True),
            Fire(64, 12, 48), Fire(96, 12, 48), Fire(96, 16, 64), Fire(128, 16, 64),
        )
        self.classifier = nn.Sequential(nn.Dropout(0.5), nn.Conv2d(128, 100, 1), nn.ReLU(inplace=True), nn.AdaptiveAvgPool2d((1, 1)))

    def forward(self, x):
        return torch.flatten(self.classifier(self.features(x)), 1)


class ConvNorm(nn.Module):
    def __init__(self, inside, outside, **window):
        super().__init__()
        self.conv = nn.Conv2d(inside, outside, bias=False, **window)
        self.bn = nn.BatchNorm2d(outside, eps=0.001)

    def forward(self, x):
        return F.relu(self.bn(self.conv(x)), inplace=True)


class Inception(nn.Module):
    def __init__(self, inside, one, three, five, pool):
        super().__init__()
        self.branch1 = ConvNorm(inside, one, kernel_size=1)
        self.branch2 = nn.Sequential(ConvNorm(inside, three // 2, kernel_size=1), ConvNorm(three // 2, three, kernel_size=3, padding=1))
        self.branch3 = nn.Sequential(ConvNorm(inside, five // 2, kernel_size=1), ConvNorm(five // 2, five, kernel_size=3, padding=1))
        self.branch4 = nn.Sequential(nn.MaxPool2d(3, 1, padding=1, ceil_mode=True), ConvNorm(inside, pool, kernel_size=1))

    def forward(self, x):
        return torch.cat([self.branch1(x), self.branch2(x), self.branch3(x), self.branch4(x)], 1)


class GoogLeNet(nn.Module):
    """With torchvision's transform of ImageNet's normalisation at the input."""

    def __init__(self):
        super().__init__()
        self.conv1 = ConvNorm(3, 16, kernel_size=7, stride=2, padding=3)
        self.pool1 = nn.MaxPool2d(3, 2, ceil_mode=True)
        self.conv2 = ConvNorm(16, 16, kernel_size=1)
        self.conv3 = ConvNorm(16, 48, kernel_size=3, padding=1)
        self.pool2 = nn.MaxPool2d(3, 2, ceil_mode=True)
        self.inception3a = Inception(48, 16, 32, 8, 8)
        self.inception3b = Inception(64, 32, 48, 24, 16)
        self.pool3 = nn.MaxPool2d(3, 2, ceil_mode=True)
        self.inception4a = Inception(120, 48, 52, 12, 16)
        self.pool4 = nn.MaxPool2d(2, 2, ceil_mode=True)
        self.inception5a = Inception(128, 64, 80, 32, 32)
        self.avgpool = nn.AdaptiveAvgPool2d((1, 1))
        self.dropout = nn.Dropout(0.2)
        self.fc = nn.Linear(208, 100)

    def forward(self, x):
        red = torch.unsqueeze(x[:, 0], 1) * (0.229 / 0.5) + (0.485 - 0.5) / 0.5
        green = torch.unsqueeze(x[:, 1], 1) * (0.224 / 0.5) + (0.456 - 0.5) / 0.5
        blue = torch.unsqueeze(x[:, 2], 1) * (0.225 / 0.5) + (0.406 - 0.5) / 0.5
        x = torch.cat((red, green, blue), 1)
        x = self.pool2(self.conv3(self.conv2(self.pool1(self.conv1(x)))))
        x = self.pool3(self.inception3b(self.inception3a(x)))
        x = self.inception5a(self.pool4(self.inception4a(x)))
        x = torch.flatten(self.avgpool(x), 1)
        return self.fc(self.dropout(x))


class Block(nn.Module):
    def __init__(self, inside, outside, stride):
        super().__init__()
        self.conv1 = nn.Conv2d(inside, outside, 3, stride, 1, bias=False)
        self.bn1 = nn.BatchNorm2d(outside)
        self.conv2 = nn.Conv2d(outside, outside, 3, 1, 1, bias=False)
        self.bn2 = nn.BatchNorm2d(outside)
        self.downsample = None
        if stride != 1 or inside != outside:
            self.downsample = nn.Sequential(nn.Conv2d(inside, outside, 1, stride, bias=False), nn.BatchNorm2d(outside))

    def forward(self, x):
        identity = x if self.downsample is None else self.downsample(x)
        out = F.relu(self.bn1(self.conv1(x)))
        out = self.bn2(self.conv2(out))
        out += identity
        return F.relu(out)


class ResNet18(nn.Module):
    def __init__(self, width=16):
        super().__init__()
        self.conv1 = nn.Conv2d(3, width, 7, 2, 3, bias=False)
        self.bn1 = nn.BatchNorm2d(width)
        self.maxpool = nn.MaxPool2d(3, 2, 1)
        blocks, inside = [], width
        for step in (1, 2, 4, 8):
            outside = step * width
            blocks += [Block(inside, outside, 1 if step == 1 else 2), Block(outside, outside, 1)]
            inside = outside
        self.layers = nn.Sequential(*blocks)
        self.fc = nn.Linear(8 * width, 100)

    def forward(self, x):
        x = self.maxpool(F.relu(self.bn1(self.conv1(x))))
        x = F.adaptive_avg_pool2d(self.layers(x), 1)
        return self.fc(torch.flatten(x, 1))


NETS = {
    "lenet": (LeNet, (2, 1, 28, 28)),
    "alexnet": (AlexNet, (1, 3, 224, 224)),
    "alexnet_narrow": (lambda: AlexNet(8, 64), (2, 3, 224, 224)),
    "alexnet_lrn": (AlexNetLRN, (2, 3, 227, 227)),
    "vgg16": (VGG16, (1, 3, 224, 224)),
    "squeezenet": (SqueezeNet, (2, 3, 64, 70)),
    "googlenet": (GoogLeNet, (2, 3, 64, 70)),
    "resnet18": (ResNet18, (2, 3, 64, 64)),
}

# What torch.onnx.export is told, by file name.
PLAIN = {f"opset{opset}": {"opset_version": opset} for opset in (9, 11, 13, 16)}
VARIANTS = {
    "unfolded9": {"opset_version": 9, "do_constant_folding": False},
    "unfolded13": {"opset_version": 13, "do_constant_folding": False},
    "dynamic11": {"opset_version": 11, "dynamic_axes": {"input": {0: "batch"}, "output": {0: "batch"}}},
    "dynamic16": {"opset_version": 16, "dynamic_axes": {"input": {0: "batch"}, "output": {0: "batch"}}},
    "inputs9": {"opset_version": 9, "keep_initializers_as_inputs": True},
    "unfused13": {"opset_version": 13, "training": torch.onnx.TrainingMode.PRESERVE},
}


def lively(module):
    """Gives batch normalisations statistics that are not those of a new net."""
    if isinstance(module, nn.BatchNorm2d):
        nn.init.uniform_(module.running_mean, -0.2, 0.2)
        nn.init.uniform_(module.running_var, 0.5, 1.5)
        nn.init.uniform_(module.weight, 0.5, 1.5)
        nn.init.uniform_(module.bias, -0.2, 0.2)


def main(name, folder):
    warnings.simplefilter("ignore")
    build, shape = NETS[name]
    torch.manual_seed(2012)
    net = build()
    net.apply(lively)
    net.eval()
    x = torch.randn(*shape)
    with torch.no_grad():
        y = net(x)
    numpy.save(os.path.join(folder, "input.npy"), x.numpy())
    numpy.save(os.path.join(folder, "output.npy"), y.numpy())
    ways = PLAIN if name == "alexnet" else {**PLAIN, **VARIANTS}
    for way, options in ways.items():
        torch.onnx.export(net, x, os.path.join(folder, way + ".onnx"), input_names=["input"], output_names=["output"], **options)


if __name__ == "__main__":
    main(*sys.argv[1:])
