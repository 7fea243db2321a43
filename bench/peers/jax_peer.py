"""CLIP in JAX, compiled by XLA: what this library is compared with.

`python3 jax_peer.py jax <case>`: the cases of a matrix product, of features of images (ViT), and of the text tower.
"""
import sys

from protocol import say, take_part

try:
    import jax
    import jax.numpy as jnp
except ImportError as error:
    say(tag="skipped", reason=f"JAX is not installed ({error})")
    sys.exit(0)

key = jax.random.key(1)


def drawn(*shape, scale=1.0):
    global key
    key, own = jax.random.split(key)
    return scale * jax.random.normal(own, shape)


def linear(inputs, outputs):
    return {"weight": drawn(inputs, outputs, scale=inputs**-0.5), "bias": jnp.zeros(outputs)}


def block_weights(width):
    return {
        "ln_1": (jnp.ones(width), jnp.zeros(width)),
        "ln_2": (jnp.ones(width), jnp.zeros(width)),
        "qkv": linear(width, 3 * width),
        "out": linear(width, width),
        "c_fc": linear(width, 4 * width),
        "c_proj": linear(4 * width, width),
    }


def affine(weights, x):
    return x @ weights["weight"] + weights["bias"]


def layer_norm(weights, x, epsilon=1e-5):
    scale, shift = weights
    mean = x.mean(-1, keepdims=True)
    return (x - mean) * jax.lax.rsqrt(x.var(-1, keepdims=True) + epsilon) * scale + shift


def block(weights, x, heads, causal):
    batch, length, width = x.shape
    packed = affine(weights["qkv"], layer_norm(weights["ln_1"], x))
    q, k, v = packed.reshape(batch, length, 3, heads, width // heads).transpose(2, 0, 1, 3, 4)
    mixed = jax.nn.dot_product_attention(q, k, v, is_causal=causal)
    x = x + affine(weights["out"], mixed.reshape(batch, length, width))
    hidden = affine(weights["c_fc"], layer_norm(weights["ln_2"], x))
    return x + affine(weights["c_proj"], hidden * jax.nn.sigmoid(1.702 * hidden))


def moments(level, epsilon=2.3e-8):
    mean = level.mean(1)
    return mean, jnp.sqrt((((level - mean[:, None]) ** 2).sum(1) + epsilon) / level.shape[1])


def image_features(patch, batch, width=768, layers=12, heads=12, embed=512, resolution=224):
    side = resolution // patch
    weights = {
        "patches": drawn(3 * patch * patch, width, scale=0.02),
        "class": drawn(width, scale=0.03),
        "positions": drawn(side * side + 1, width, scale=0.03),
        "ln_pre": (jnp.ones(width), jnp.zeros(width)),
        "ln_post": (jnp.ones(width), jnp.zeros(width)),
        "blocks": [block_weights(width) for _ in range(layers)],
        "projection": drawn(width, embed, scale=0.03),
    }
    images = drawn(batch, 3, resolution, resolution)

    @jax.jit
    def features(weights, images):
        x = images.reshape(batch, 3, side, patch, side, patch).transpose(0, 2, 4, 1, 3, 5)
        x = x.reshape(batch, side * side, 3 * patch * patch) @ weights["patches"]
        start = jnp.broadcast_to(weights["class"], (batch, 1, width))
        x = layer_norm(weights["ln_pre"], jnp.concatenate([start, x], 1) + weights["positions"])
        levels = []
        for each in weights["blocks"]:
            x = block(each, x, heads, causal=False)
            levels.append(moments(x))
        return layer_norm(weights["ln_post"], x[:, 0]) @ weights["projection"], levels

    return lambda: jax.block_until_ready(features(weights, images))


def text_tower(width=512, layers=12, heads=8, embed=512, context=77):
    weights = {
        "positions": drawn(context, width, scale=0.01),
        "blocks": [block_weights(width) for _ in range(layers)],
        "ln_final": (jnp.ones(width), jnp.zeros(width)),
        "projection": drawn(width, embed, scale=0.03),
    }
    prompts, cotangent = drawn(16, context, width, scale=0.02), drawn(16, embed)

    @jax.jit
    def gradient(weights, prompts, cotangent):
        def total(prompts):
            x = prompts + weights["positions"]
            for each in weights["blocks"]:
                x = block(each, x, heads, causal=True)
            return (layer_norm(weights["ln_final"], x)[:, -1] @ weights["projection"] * cotangent).sum()

        return jax.grad(total)(prompts)

    return lambda: jax.block_until_ready(gradient(weights, prompts, cotangent))


def matrix_product():
    x, w = drawn(1576, 768), drawn(768, 3072)
    product = jax.jit(jnp.matmul)
    return lambda: jax.block_until_ready(product(x, w))


def workload(case):
    if case.startswith("matrix product"):
        return matrix_product()
    if case.startswith("text tower"):
        return text_tower()
    _, name, batch = case.split(", ")
    return image_features(int(name.split("/")[1]), int(batch.split(" ")[1]))


if __name__ == "__main__":
    take_part(f"JAX {jax.__version__}", lambda: workload(sys.argv[2]))
